import type { Read } from '../../platform/administration/attestation.js';
import { ChainCheck, type Verdict } from './chain-check.js';
import { COLUMNS, storedOf, type ReadRow } from './stored-record.js';

const READ_AT_ONCE = 500;

/** Recomputes one chain from what lies in the table. Records are read in pages: memory does not grow with a chain. */
export async function verifyChain(read: Read, chain: string): Promise<Verdict> {
  const check = new ChainCheck(chain);
  for (let after = '0'; ;) {
    const rows = await read<ReadRow>({
      name: 'audit_chain',
      text: `SELECT ${COLUMNS} FROM audit_record WHERE subject = $1 AND seq > $2 ORDER BY seq LIMIT $3`,
      values: [chain, after, READ_AT_ONCE],
    });
    for (const row of rows) check.take(storedOf(row));
    const last = rows.at(-1);
    if (!last || rows.length < READ_AT_ONCE) return check.verdict;
    after = last.seq;
  }
}

/** From chain to chain by the index, one step each: to look at every record for its chain would take as many. */
export async function chainsAfter(read: Read, after: string, limit: number): Promise<string[]> {
  const rows = await read<{ chain: string }>({
    name: 'audit_chains',
    text: `WITH RECURSIVE step AS (
             (SELECT subject FROM audit_record WHERE subject > $1 ORDER BY subject LIMIT 1)
             UNION ALL
             SELECT (SELECT r.subject FROM audit_record r WHERE r.subject > step.subject ORDER BY r.subject LIMIT 1)
             FROM step WHERE step.subject IS NOT NULL
           )
           SELECT subject AS chain FROM step WHERE subject IS NOT NULL LIMIT $2`,
    values: [after, limit],
  });
  return rows.map(({ chain }) => chain);
}
