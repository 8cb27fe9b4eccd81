import { BEGINNING, hashOf, type ChainEnd } from './audit-record.js';
import { copiesOf, type Copies, type StoredRecord } from './stored-record.js';

/** GAP: records are missing. LINK_BROKEN: it does not follow the one before. HASH_MISMATCH: it was changed itself. */
export type Fault = 'GAP' | 'LINK_BROKEN' | 'HASH_MISMATCH';

/** What was found of one chain. */
export interface Verdict {
  /** The case, party or module whose chain it is. */
  subject: string;
  records: number;
  intact: boolean;
  /** The first place where the chain does not hold; of a gap, the first number that is missing. */
  firstBroken: { seq: number; auditId?: string; reason: Fault } | null;
  /** To be kept by whoever wants to know later that nothing was cut off. */
  head: ChainEnd | null;
}

/** Recomputes one chain, record by record in the order of `seq`, in memory that does not grow with it. */
export class ChainCheck {
  private end = BEGINNING;
  private records = 0;
  private firstBroken: Verdict['firstBroken'] = null;

  constructor(private readonly chain: string) {}

  take(stored: StoredRecord): void {
    const { seq, hash } = stored.audit;
    this.firstBroken ??= this.faultOf(stored);
    this.end = { seq, hash };
    this.records += 1;
  }

  get verdict(): Verdict {
    const { chain, records, firstBroken, end } = this;
    return { subject: chain, records, intact: firstBroken === null, firstBroken, head: records > 0 ? end : null };
  }

  private faultOf({ audit, copies }: StoredRecord): Verdict['firstBroken'] {
    const { chain, seq, previousHash } = audit;
    const auditId = copies.audit_id;
    const expected = this.end.seq + 1;
    if (seq > expected) return { seq: expected, reason: 'GAP' };
    const follows = chain === this.chain && seq === expected && previousHash === this.end.hash;
    if (!follows) return { seq, auditId, reason: 'LINK_BROKEN' };
    return isUnchanged({ audit, copies }) ? null : { seq, auditId, reason: 'HASH_MISMATCH' };
  }
}

/** The copies come second: only a record that is what was hashed is certain to have what is copied of it. */
function isUnchanged({ audit, copies }: StoredRecord): boolean {
  if (hashOf(audit) !== audit.hash) return false;
  const wanted = copiesOf(audit.record);
  return (Object.keys(wanted) as (keyof Copies)[]).every((column) => wanted[column] === copies[column]);
}
