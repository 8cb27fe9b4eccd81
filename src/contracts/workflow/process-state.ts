/** What the process of a case waits for. Workflow's own; never another module's status. */
export const PROCESS_STATES = [
  'WAITING_FOR_INVESTIGATION',
  'WAITING_FOR_FINDINGS',
  'WAITING_FOR_DECISION_PACKAGE',
  'WAITING_FOR_APPROVAL',
  'WAITING_FOR_RESUBMISSION',
  'WAITING_FOR_NOTICE',
  'WAITING_FOR_CLOSURE',
] as const;
export type ProcessState = (typeof PROCESS_STATES)[number];
