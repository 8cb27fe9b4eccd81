/** The SQLSTATE with which a statement of ours refuses, with the reason as its message. */
export const REFUSED_BY_STATEMENT = 'RM001';
export const VERSION_MISMATCH = 'VERSION_MISMATCH';
export const UNIQUE_VIOLATION = '23505';
/** A serialization failure and a deadlock. */
const TRANSIENT = new Set(['40001', '40P01']);

/** Why the database has not committed. */
export interface DatabaseFault {
  code?: string;
  message: string;
  table?: string;
}

export const isRefusedWith = ({ code, message }: DatabaseFault, reason: string): boolean =>
  code === REFUSED_BY_STATEMENT && message === reason;

/** Whether something else was committed meanwhile, so that the same may be decided anew on what is there now. */
export const mayDecideAgain = (fault: DatabaseFault): boolean =>
  TRANSIENT.has(fault.code ?? '') || isRefusedWith(fault, VERSION_MISMATCH) || isRefusedWith(fault, 'TIMER_GONE');
