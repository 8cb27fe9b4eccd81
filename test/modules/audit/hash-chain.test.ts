import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { chainOf, hashOf } from '../../../src/modules/audit/audit-record.js';
import { canonicalJson } from '../../../src/modules/audit/canonical-json.js';
import { ChainCheck, type Verdict } from '../../../src/modules/audit/chain-check.js';
import type { StoredRecord } from '../../../src/modules/audit/stored-record.js';
import { chained, staged } from './samples.js';

const CASE = 'case_01J0Z9T40BW1K2JDGFSY73C9R3';
const PARTY = 'pty_01J0Z9T40BW1K2JDGFSY73C9R5';

function verdictOn(rows: readonly StoredRecord[]): Verdict {
  const check = new ChainCheck(CASE);
  for (const row of rows) check.take(row);
  return check.verdict;
}

/** Five records of one case. */
const chainOfFive = (): StoredRecord[] => chained(Array.from({ length: 5 }, () => staged()));

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** Every place in a value at which there is something that is not itself made of parts. */
function leavesOf(value: Json, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([name, part]) => leavesOf(part, [...path, name]));
}

/** A copy in which the value at the path is another one. */
function changedAt(value: Json, [step, ...rest]: readonly (string | number)[], other: Json): Json {
  if (step === undefined) return other;
  const copy = structuredClone(value) as Record<string, Json>;
  copy[step] = changedAt(copy[step] ?? null, rest, other);
  return copy;
}

describe('the chain of a record', () => {
  it('is the case, before the party, before the module', () => {
    expect(chainOf(staged({ subject: { caseId: CASE, partyId: PARTY } }), 'decision')).toBe(CASE);
    expect(chainOf(staged({ subject: { partyId: PARTY } }), 'party')).toBe(PARTY);
    expect(chainOf(staged({ subject: { consumer: 'reporting.dashboard' } }), 'operations')).toBe('operations');
  });

  it('is the module where a refused path names what is no id of its kind', () => {
    const refused: Record<string, string>[] = [{ caseId: '../etc' }, { caseId: PARTY }, { partyId: CASE }];
    for (const subject of [...refused, { partyId: 'notice' }])
      expect(chainOf(staged({ subject }), 'party')).toBe('party');
  });
});

describe('the canonical form', () => {
  it('is that of RFC 8785', () => {
    // The example of its section 3.2.3: members sorted by UTF-16 code units.
    const sorted = '{"\\r":1,"1":2,"\u0080":3,"ö":4,"€":5,"😀":6,"\ufb33":7}';
    const given = '{"€":5,"\\r":1,"\ufb33":7,"1":2,"😀":6,"\u0080":3,"ö":4}';
    expect(canonicalJson(JSON.parse(given))).toBe(sorted);
    expect(canonicalJson(JSON.parse('[1E30, 4.50, 2e-3, 0.000000000000000000000000001, true, null]'))).toBe(
      '[1e+30,4.5,0.002,1e-27,true,null]',
    );
  });

  it('does not depend on the order in which members come', () => {
    const reversed = (value: Json): Json => {
      if (Array.isArray(value)) return value.map(reversed);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([name, part]) => [name, reversed(part)]),
      );
    };
    const value = fc.jsonValue({ maxDepth: 4 }).map((each) => JSON.parse(JSON.stringify(each)) as Json);
    fc.assert(fc.property(value, (each) => canonicalJson(reversed(each)) === canonicalJson(each)));
  });

  it('reads back as the value it was written from', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe('the hash of a record', () => {
  it('can be recomputed from what readers are shown', () => {
    const [, row] = chainOfFive();
    if (!row) throw new Error('There is no second record.');
    const { record, ...place } = row.audit;
    const { hash, chain, eventId, previousHash, producer, recordedAt, seq, ...rest } = { ...record, ...place };
    const text = canonicalJson({ chain, eventId, previousHash, producer, record: rest, recordedAt, seq });
    expect(createHash('sha256').update(text).digest('hex')).toBe(hash);
  });

  it('is what another program made of the same record when the form was fixed', () => {
    const record = staged({ auditId: 'audit_1', policyDecisionId: 'pdp_1', sourceCommandId: 'cmd_1' });
    const fixed = { ...record, correlationId: 'corr_1', publishedEventIds: [] };
    const place = { seq: 1, previousHash: '0'.repeat(64), eventId: 'evt_1', producer: 'decision' };
    expect(hashOf({ chain: CASE, ...place, recordedAt: '2026-07-05T10:20:00.000Z', record: fixed })).toBe(
      '73530936ac8ed33c271c48e011244f56177fd6979bc8a46930a1b107833c1125',
    );
  });
});

describe('a chain', () => {
  it('is intact as it was made, and tells its end', () => {
    const rows = chainOfFive();
    const head = { seq: 5, hash: rows[4]?.audit.hash };
    expect(verdictOn(rows)).toEqual({ subject: CASE, records: 5, intact: true, firstBroken: null, head });
  });

  it('is intact and has no end when nothing was ever added', () => {
    expect(verdictOn([])).toEqual({ subject: CASE, records: 0, intact: true, firstBroken: null, head: null });
  });

  it('is broken by any change of anything in any of its rows', () => {
    const rows = chainOfFive();
    const change = fc.integer({ min: 0, max: 4 }).chain((index) =>
      fc.record({
        index: fc.constant(index),
        path: fc.constantFrom(...leavesOf(rows[index] as unknown as Json)),
        other: fc.oneof(fc.string(), fc.constant(null), fc.integer(), fc.constant({})),
      }),
    );
    fc.assert(
      fc.property(change, ({ index, path, other }) => {
        const changed = changedAt(rows[index] as unknown as Json, path, other) as unknown as StoredRecord;
        fc.pre(JSON.stringify(changed) !== JSON.stringify(rows[index]));
        const { intact, firstBroken } = verdictOn(rows.with(index, changed));
        expect(intact).toBe(false);
        // What was changed is found where it is; only a number that was raised shows as the gap before it.
        expect(firstBroken?.seq).toBe(firstBroken?.reason === 'LINK_BROKEN' ? changed.audit.seq : index + 1);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is broken by any other order', () => {
    const rows = chainOfFive();
    fc.assert(
      fc.property(fc.shuffledSubarray(rows, { minLength: 5 }), (shuffled) => {
        fc.pre(shuffled.some((row, index) => row !== rows[index]));
        expect(verdictOn(shuffled).intact).toBe(false);
      }),
    );
  });

  it('is broken by any records that are missing before its end, and names the first of them', () => {
    const rows = chainOfFive();
    fc.assert(
      fc.property(fc.subarray([0, 1, 2, 3], { minLength: 1 }), (missing) => {
        const left = rows.filter((_, index) => !missing.includes(index));
        expect(verdictOn(left).firstBroken).toEqual({ seq: (missing[0] ?? 0) + 1, reason: 'GAP' });
      }),
    );
  });

  it('whose end is cut off is told from the whole only by the end it had', () => {
    const rows = chainOfFive();
    const { intact, head } = verdictOn(rows.slice(0, 4));
    expect(intact).toBe(true);
    expect(head).not.toEqual(verdictOn(rows).head);
  });

  it('is broken by a record put in, also one with a true hash of its own', () => {
    const rows = chainOfFive();
    const foreign = chained(Array.from({ length: 6 }, () => staged()));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 }), (at, which) => {
        expect(verdictOn(rows.toSpliced(at, 0, ...foreign.slice(which, which + 1))).intact).toBe(false);
      }),
    );
  });

  it('is broken at the next link when one record is changed and hashed anew', () => {
    const rows = chainOfFive();
    const [, second] = rows;
    if (!second) throw new Error('There is no second record.');
    const audit = { ...second.audit, record: { ...second.audit.record, action: 'REJECT_DECISION' } };
    const forged = {
      audit: { ...audit, hash: hashOf(audit) },
      copies: { ...second.copies, action: 'REJECT_DECISION' },
    };
    const { firstBroken } = verdictOn(rows.with(1, forged));
    expect(firstBroken).toMatchObject({ seq: 3, reason: 'LINK_BROKEN' });
  });

  it('is broken when what it is searched by is not what was recorded', () => {
    const rows = chainOfFive();
    const [first] = rows;
    if (!first) throw new Error('There is no first record.');
    const hidden = { ...first, copies: { ...first.copies, actor_id: 'nobody' } };
    const { firstBroken } = verdictOn(rows.with(0, hidden));
    expect(firstBroken).toEqual({ seq: 1, auditId: first.copies.audit_id, reason: 'HASH_MISMATCH' });
  });

  it('is broken by the records of another chain, whole as they are', () => {
    const foreign = chained([staged({ subject: { partyId: PARTY } })]);
    expect(verdictOn(foreign).firstBroken).toMatchObject({ seq: 1, reason: 'LINK_BROKEN' });
  });
});
