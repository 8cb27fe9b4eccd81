import { describe, expect, it } from '@jest/globals';
import { CarryOutRows } from '../../../src/modules/intake/carry-out-rows.js';
import { idleClaims, wantedClaims } from '../../../src/modules/intake/claim-references.js';
import { KnownReferences, type ExternalReference } from '../../../src/modules/intake/external-references.js';
import type { PendingRow, RowResult } from '../../../src/modules/intake/import-row.js';
import { Clock } from '../../../src/platform/base/clock.js';
import { Answer } from '../../../src/platform/messaging/answer.js';
import type { Bus } from '../../../src/platform/messaging/bus.js';
import { invalid, refusals, refuse } from '../../../src/platform/base/refusal.js';
import { Log } from '../../../src/platform/telemetry/log.js';

const row = (rowNumber: number, party = `p${rowNumber}`, attempts = 0): PendingRow => ({
  importId: 'imp_1',
  rowNumber,
  reference: `r${rowNumber}`,
  partyReference: party,
  commands: {
    party: { kind: 'ORGANISATION', legalName: party },
    case: { caseTypeCode: 'GEN', title: 'Order', receivedOn: '2015-03-02' },
  },
  attempts,
});

const alleging = (rowNumber: number, party?: string): PendingRow => {
  const plain = row(rowNumber, party);
  const allegation = { statement: `Drums of firm ${rowNumber}.`, legalBasisCode: 'MGL-21C' };
  return { ...plain, commands: { ...plain.commands, allegation } };
};

/** References as they stand once these rows have claimed what they want. */
const claimed = (
  rows: readonly PendingRow[],
  others: Partial<ExternalReference>[] = [],
  at = new Date(),
): KnownReferences => {
  const claim = { subjectId: null, caseNumber: null, importId: 'imp_1', rowNumber: 0, claimedAt: at };
  const before = others.map((other) => ({ ...claim, ...other }) as ExternalReference);
  const wanted = wantedClaims(rows, new KnownReferences(before)).map((each) => ({ ...claim, ...each }));
  return new KnownReferences([...before, ...wanted]);
};

interface SentCommand {
  type: string;
  input: { legalName?: string; parties?: { partyId: string }[]; caseId?: string };
  key: string;
}

/** Owners who answer each command, and note what was sent to them. */
const carryOut = (
  answer: (command: SentCommand) => void = () => undefined,
): { sent: SentCommand[]; use: CarryOutRows } => {
  const sent: SentCommand[] = [];
  const tell = (
    contract: { type: string },
    input: SentCommand['input'],
    { idempotencyKey: key }: { idempotencyKey: string },
  ) => {
    const command = { type: contract.type, input, key };
    sent.push(command);
    const bodies: Record<string, object> = {
      RegisterParty: { partyId: `pty ${input.legalName ?? ''}` },
      RegisterCase: { caseId: `case ${key}`, caseNumber: 'GEN-1' },
      RecordAllegation: { allegationId: `alg ${key}` },
    };
    const body = bodies[contract.type];
    return new Promise<Answer>((resolve) => {
      answer(command);
      resolve(new Answer({ status: 201, body: JSON.stringify(body) }));
    });
  };
  return { sent, use: new CarryOutRows({ tell } as unknown as Bus, new Clock(), new Log('silent')) };
};

const going = new AbortController().signal;
const outcomes = (results: readonly RowResult[]): string[] =>
  results.map(({ rowNumber, outcome }) => `${rowNumber} ${outcome}`);

describe('Rows on their way to the owners', () => {
  it('register each party once, and every party before a case', async () => {
    const rows = [row(1, 'a'), row(2, 'b'), row(3, 'a')];
    const { sent, use } = carryOut();
    const { results, settled } = await use.run(rows, claimed(rows), going);
    expect(outcomes(results)).toEqual(['1 CREATED', '2 CREATED', '3 CREATED']);
    expect(sent.map(({ type }) => type)).toEqual([
      'RegisterParty',
      'RegisterParty',
      ...Array<string>(3).fill('RegisterCase'),
    ]);
    expect(sent.at(-1)?.input.parties).toEqual([{ partyId: 'pty a', role: 'SUBJECT' }]);
    expect(settled).toHaveLength(5);
  });

  it('use keys that follow from the reference alone, so that a resume uses the same', async () => {
    const [first, second] = [carryOut(), carryOut()];
    await first.use.run([row(1)], claimed([row(1)]), going);
    await second.use.run([row(1)], claimed([row(1)]), going);
    expect(first.sent).toEqual(second.sent);
    expect(first.sent.map(({ key }) => key)).toEqual([
      expect.stringMatching(/^import:party:[\w-]{43}$/),
      expect.stringMatching(/^import:case:[\w-]{43}$/),
    ]);
  });

  it('tell nobody of what is there already', async () => {
    const { sent, use } = carryOut();
    const known = claimed(
      [row(1)],
      [{ subject: 'CASE', reference: 'r1', subjectId: 'case_1', caseNumber: 'GEN-7', importId: 'imp_0' }],
    );
    const { results } = await use.run([row(1)], known, going);
    expect(results).toEqual([
      { rowNumber: 1, attempts: 0, outcome: 'EXISTING', caseId: 'case_1', caseNumber: 'GEN-7', partyId: null },
    ]);
    expect(sent).toEqual([]);
  });

  it('wait while another row settles the reference or the party, and hold up nobody meanwhile', async () => {
    const rows = [row(1, 'a'), row(2, 'b'), row(3, 'c')];
    const { sent, use } = carryOut();
    const known = claimed(rows, [
      { subject: 'CASE', reference: 'r1', importId: 'imp_2' },
      { subject: 'PARTY', reference: 'b', importId: 'imp_2' },
    ]);
    const { results } = await use.run(rows, known, going);
    expect(outcomes(results)).toEqual(['1 PENDING', '2 PENDING', '3 CREATED']);
    expect(sent).toHaveLength(2);
    expect(known.partyOf(row(1, 'a'))).toBeUndefined();
    expect(idleClaims(rows, known, results)).toEqual([]);
  });

  it('are refused with what an owner says of them, never with what they hold', async () => {
    const rows = [row(1, 'a'), row(2, 'b'), row(3, 'c')];
    const { use } = carryOut(({ type, input }) => {
      if (input.legalName === 'a') throw invalid({ name: 'legalName', code: 'IS_LENGTH', reason: 'Too long.' });
      if (type === 'RegisterCase' && input.parties?.[0]?.partyId === 'pty b') throw refuse.FORBIDDEN('b may not.');
    });
    const known = claimed(rows);
    const { results } = await use.run(rows, known, going);
    expect(results.map((result) => ('reasons' in result ? result.reasons : []))).toEqual([
      [{ name: 'legalName', code: 'IS_LENGTH', reason: 'Too long.' }],
      [{ name: 'row', code: 'FORBIDDEN', reason: 'Your role does not allow this.' }],
      [],
    ]);
    const idle = idleClaims(rows, known, results).map(({ subject, reference }) => `${subject} ${reference}`);
    expect(idle).toEqual(['CASE r1', 'PARTY a', 'CASE r2']);
  });

  it.each([
    ['an owner does not answer', () => refuse.OWNER_UNAVAILABLE()],
    ['an owner loses a race', () => refuse.VERSION_MISMATCH()],
    ['a database is away', () => Object.assign(new Error('gone'), { code: 'ECONNREFUSED' })],
  ])('are told again when %s, and the rest of them later', async (_, fault) => {
    const rows = Array.from({ length: 40 }, (__, index) => row(index + 1));
    const { sent, use } = carryOut(() => {
      throw fault();
    });
    const known = claimed(rows);
    const { results } = await use.run(rows, known, going);
    expect(results.every(({ outcome, attempts }) => outcome === 'PENDING' && attempts === 0)).toBe(true);
    expect(sent.length).toBeLessThan(20);
    expect(idleClaims(rows, known, results)).toEqual([]);
  });

  it('are tried eight times when the fault is ours, and then refused', async () => {
    const rows = [row(1, 'a', 3), row(2, 'b', 7)];
    const { use } = carryOut(() => {
      throw new TypeError('a programming error');
    });
    const { results } = await use.run(rows, claimed(rows), going);
    expect(results[0]).toEqual({ rowNumber: 1, attempts: 4, outcome: 'PENDING' });
    expect(results[1]).toMatchObject({ outcome: 'REFUSED', reasons: [{ code: 'INTERNAL_ERROR' }] });
  });

  it('are refused when they may have been told longer ago than owners remember', async () => {
    const { sent, use } = carryOut();
    const known = claimed([row(1)], [], new Date(Date.now() - 23.5 * 3_600_000));
    const { results } = await use.run([row(1)], known, going);
    expect(results[0]).toMatchObject({ outcome: 'REFUSED', reasons: [{ code: 'OUTCOME_UNKNOWN' }] });
    expect(sent).toEqual([]);
  });

  it('are left where they are at a stop', async () => {
    const rows = Array.from({ length: 40 }, (_, index) => row(index + 1));
    const stop = new AbortController();
    const { sent, use } = carryOut(() => {
      stop.abort();
    });
    const { results, settled } = await use.run(rows, claimed(rows), stop.signal);
    expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['PENDING']));
    // What was answered in between is kept.
    expect(settled).toHaveLength(sent.length);
    expect(sent.length).toBeLessThan(20);
  });
});

describe('The allegation of a row', () => {
  const ofCase = (subjectId: string, rowNumber = 1): Partial<ExternalReference> => ({
    subject: 'CASE',
    reference: 'r1',
    subjectId,
    caseNumber: 'GEN-1',
    rowNumber,
  });
  const ofParty: Partial<ExternalReference> = { subject: 'PARTY', reference: 'p1', subjectId: 'pty_1' };

  it('is told after all cases, against the row\u2019s party, and a row without one tells none', async () => {
    const rows = [alleging(1), row(2), alleging(3)];
    const { sent, use } = carryOut();
    const { results, settled } = await use.run(rows, claimed(rows), going);
    expect(outcomes(results)).toEqual(['1 CREATED', '2 CREATED', '3 CREATED']);
    expect(sent.slice(3).map(({ type }) => type)).toEqual([
      ...Array<string>(3).fill('RegisterCase'),
      ...Array<string>(2).fill('RecordAllegation'),
    ]);
    expect(sent.at(-1)).toEqual({
      type: 'RecordAllegation',
      key: expect.stringMatching(/^import:allegation:[\w-]{43}$/),
      input: {
        statement: 'Drums of firm 3.',
        legalBasisCode: 'MGL-21C',
        caseId: expect.stringMatching(/^case import:case:/),
        againstPartyId: 'pty p3',
      },
    });
    expect(settled.filter(({ subject }) => subject === 'ALLEGATION')).toHaveLength(2);
  });

  it('keeps its row open while the investigation is not, without registering the case again', async () => {
    const rows = [alleging(1)];
    const early = carryOut(({ type }) => {
      if (type === 'RecordAllegation') throw refuse.OWNER_UNAVAILABLE();
    });
    const known = claimed(rows);
    const first = await early.use.run(rows, known, going);
    expect(outcomes(first.results)).toEqual(['1 PENDING']);
    expect(first.settled.map(({ subject }) => subject)).toEqual(['PARTY', 'CASE']);
    expect(idleClaims(rows, known, first.results)).toEqual([]);
    const late = carryOut();
    const second = await late.use.run(rows, known, going);
    expect(outcomes(second.results)).toEqual(['1 CREATED']);
    expect(late.sent.map(({ type }) => type)).toEqual(['RecordAllegation']);
  });

  it('that is refused refuses its row, which names the case and may be imported again', async () => {
    const rows = [alleging(1)];
    const { use } = carryOut(({ type }) => {
      if (type === 'RecordAllegation')
        throw refusals({ PARTY_NOT_IN_CASE: { status: 409, title: 'No role.' } }).PARTY_NOT_IN_CASE('pty p1');
    });
    const known = claimed(rows);
    const { results } = await use.run(rows, known, going);
    expect(results).toEqual([
      {
        rowNumber: 1,
        attempts: 0,
        outcome: 'REFUSED',
        reasons: [{ name: 'row', code: 'PARTY_NOT_IN_CASE', reason: 'No role.' }],
        caseId: expect.stringMatching(/^case /),
        caseNumber: 'GEN-1',
        partyId: 'pty p1',
      },
    ]);
    expect(idleClaims(rows, known, results).map(({ subject }) => subject)).toEqual(['ALLEGATION']);
  });

  it('of a case that was there without it is told, and the case stays what it was: existing', async () => {
    const rows = [alleging(1)];
    const { sent, use } = carryOut();
    const known = claimed(rows, [{ ...ofCase('case_1'), importId: 'imp_0' }, ofParty]);
    const { results } = await use.run(rows, known, going);
    expect(results[0]).toMatchObject({ outcome: 'EXISTING', caseId: 'case_1' });
    expect(sent.map(({ input }) => input.caseId)).toEqual(['case_1']);
  });

  it.each([
    ['was recorded', { subjectId: 'alg_1' }],
    ['is another row\u2019s to tell', { importId: 'imp_0' }],
  ])('is not told when it %s', async (_, claim) => {
    const { sent, use } = carryOut();
    const before = [
      { ...ofCase('case_1'), importId: 'imp_0' },
      ofParty,
      { subject: 'ALLEGATION' as const, reference: 'r1', rowNumber: 1, ...claim },
    ];
    const { results } = await use.run([alleging(1)], claimed([alleging(1)], before), going);
    expect(outcomes(results)).toEqual(['1 EXISTING']);
    expect(sent).toEqual([]);
  });

  it('that may have been told too long ago refuses its row with where to look', async () => {
    const known = claimed([alleging(1)], [ofCase('case_1'), ofParty], new Date(Date.now() - 23.5 * 3_600_000));
    const { results } = await carryOut().use.run([alleging(1)], known, going);
    expect(results[0]).toMatchObject({
      outcome: 'REFUSED',
      caseId: 'case_1',
      reasons: [{ code: 'OUTCOME_UNKNOWN', reason: expect.stringContaining('recorded the allegation') }],
    });
  });
});
