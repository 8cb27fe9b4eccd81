import type { Read } from '../../platform/administration/attestation.js';
import type { CustodyDetails, CustodyType } from './custody-event.js';

/** GAP: events are missing. LINK_BROKEN: it does not follow the one before. HASH_MISMATCH: it was changed itself. */
export type CustodyFault = 'GAP' | 'LINK_BROKEN' | 'HASH_MISMATCH';

export interface CustodyRow {
  seq: number;
  type: CustodyType;
  actorId: string;
  at: Date;
  details: CustodyDetails;
  reason: string | null;
  previousHash: string;
  hash: string;
}

/** What was found of an item's chain. */
export interface CustodyVerdict {
  events: number;
  intact: boolean;
  /** The first place where the chain does not hold; of a gap, the first number that is missing. */
  firstBroken: { seq: number; reason: CustodyFault } | null;
  /** To be kept by whoever wants to know later that nothing was cut off. */
  head: { seq: number; hash: string } | null;
}

export interface ChainLink {
  seq: number;
  previousHash: string;
  hash: string;
  /** The hash of what lies there. */
  recomputed: string;
}

/** Takes the links of one chain in the order of `seq`. */
export class CustodyCheck {
  private end = { seq: 0, hash: '0'.repeat(64) };
  private firstBroken: CustodyVerdict['firstBroken'] = null;
  private events = 0;

  take({ seq, previousHash, hash, recomputed }: ChainLink): void {
    const expected = this.end.seq + 1;
    if (seq !== expected) this.firstBroken ??= { seq: expected, reason: 'GAP' };
    else if (previousHash !== this.end.hash) this.firstBroken ??= { seq, reason: 'LINK_BROKEN' };
    else if (recomputed !== hash) this.firstBroken ??= { seq, reason: 'HASH_MISMATCH' };
    this.end = { seq, hash };
    this.events += 1;
  }

  get verdict(): CustodyVerdict {
    const { events, firstBroken, end } = this;
    return { events, intact: firstBroken === null, firstBroken, head: events > 0 ? end : null };
  }
}

const READ_AT_ONCE = 500;

/** Recomputes the chain of an item from what lies in the table, in memory that does not grow with it. */
export async function verifyCustody(read: Read, evidenceId: string): Promise<CustodyVerdict> {
  const check = new CustodyCheck();
  for (let after = 0; ;) {
    const links = await read<ChainLink>({
      name: 'custody_chain',
      // What is hashed is what the migration hashes when it seals an event.
      text: `SELECT seq, previous_hash AS "previousHash", hash,
               encode(sha256(convert_to(jsonb_build_array(evidence_id, seq, type, actor_id,
                 to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), details, reason,
                 previous_hash)::text, 'UTF8')), 'hex') AS recomputed
             FROM custody_event WHERE evidence_id = $1 AND seq > $2 ORDER BY seq LIMIT $3`,
      values: [evidenceId, after, READ_AT_ONCE],
    });
    for (const link of links) check.take(link);
    const last = links.at(-1);
    if (!last || links.length < READ_AT_ONCE) return check.verdict;
    after = last.seq;
  }
}
