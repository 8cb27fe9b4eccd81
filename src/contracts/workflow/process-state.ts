/** What the process of a case waits for. Workflow's own; never another module's status. */
export type ProcessState =
  | 'WAITING_FOR_INVESTIGATION'
  | 'WAITING_FOR_FINDINGS'
  | 'WAITING_FOR_DECISION_PACKAGE'
  | 'WAITING_FOR_APPROVAL'
  | 'WAITING_FOR_RESUBMISSION'
  | 'WAITING_FOR_NOTICE_DELIVERY'
  | 'WAITING_FOR_CLOSURE';

/** States join as the process comes to follow more: a consumer must bear one that it does not know. */
export const PROCESS_STATE = /^WAITING_FOR_[A-Z_]+$/;
