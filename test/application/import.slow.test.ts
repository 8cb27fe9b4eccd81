import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApplication, type TestApplication } from '../support/application.js';
import { asServerAdministrator } from '../support/database.js';
import { actionsFile, importFile, readImport, sendFile, until, type ImportedFile } from '../support/imports.js';

const sample = readFileSync(
  fileURLToPath(new URL('../support/samples/enforcement-actions.csv', import.meta.url)),
  'utf8',
);

let remit: TestApplication;
beforeAll(async () => {
  remit = await startApplication();
});
afterAll(() => remit.stop());

const count = (table: string): Promise<number> =>
  asServerAdministrator(async (admin) => {
    const { rows } = await admin.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${table}`);
    return rows[0]?.count ?? 0;
  }, remit.database.url);

const cases = (): Promise<number> => count('case_registry.case_header');
const parties = (): Promise<number> => count('party.party');

describe('Importing a file of enforcement actions', () => {
  let first: ImportedFile;
  beforeAll(async () => {
    first = await importFile(remit.as('intake_ines'), sample);
  });

  it('registers a case for every row that can be read, and refuses the others', async () => {
    expect(first).toMatchObject({ status: 'COMPLETED', total: 12, created: 8, existing: 0, refused: 4 });
    expect(await cases()).toBe(8);
  });

  it('says of each refused row why, without repeating what it holds', () => {
    const refused = first.rows.filter(({ outcome }) => outcome === 'REFUSED');
    expect(refused.map(({ rowNumber, line }) => [rowNumber, line])).toEqual([
      [7, 10],
      [8, 11],
      [9, 12],
      [12, 15],
    ]);
    expect(refused.map(({ reasons }) => reasons?.map(({ name, code }) => `${name} ${code}`))).toEqual([
      ['respondent_name REQUIRED'],
      ['action_date NOT_A_DATE'],
      ['penalty_usd NOT_AN_AMOUNT'],
      [
        'respondent_name PLACEHOLDER',
        'action_date NOT_A_DATE',
        'action_type UNKNOWN_VALUE',
        'penalty_usd NOT_AN_AMOUNT',
      ],
    ]);
    expect(JSON.stringify(refused)).not.toMatch(/about 2,000|STERN_LETTER|brook/);
  });

  it('gives rows about one organisation one party, and a firm that only resembles it another', async () => {
    const partyOf = (rowNumber: number): string | undefined =>
      first.rows.find((row) => row.rowNumber === rowNumber)?.partyId;
    expect(partyOf(1)).toMatch(/^pty_/);
    expect([partyOf(2), partyOf(3)]).toEqual([partyOf(1), partyOf(1)]);
    expect(partyOf(4)).not.toBe(partyOf(1));
    expect(partyOf(6)).toBe(partyOf(5));
    expect(await parties()).toBe(5);
  });

  it('hands over what the row says to the owner of the case', async () => {
    const [row] = first.rows;
    const { body } = await remit.as('intake_ines').get(`/cases/${row?.caseId ?? ''}`);
    expect(body).toMatchObject({
      caseNumber: row?.caseNumber,
      caseTypeCode: 'WASTE',
      title: 'Consent order, Hazardous Waste, Larkmere',
      location: 'Larkmere',
      receivedOn: '2015-03-02',
      registeredBy: 'intake_ines',
      parties: [{ partyId: row?.partyId, role: 'SUBJECT', partyNameAtRegistration: 'Quillfeather Plating, Inc.' }],
    });
    expect(body.summary).toContain('storing drums without labels');
  });

  it('finds at a second import every case of the first, and creates nothing', async () => {
    const second = await importFile(remit.as('supervisor_sol'), sample);
    expect(second).toMatchObject({ status: 'COMPLETED', created: 0, existing: 8, refused: 4 });
    const caseIds = ({ rows }: ImportedFile): unknown[] => rows.map(({ caseId, caseNumber }) => [caseId, caseNumber]);
    expect(caseIds(second)).toEqual(caseIds(first));
    expect([await cases(), await parties()]).toEqual([8, 5]);
  });

  it('keeps neither names nor narratives once a row is settled', async () => {
    expect(await count('intake.import_row WHERE commands IS NOT NULL')).toBe(0);
  });

  it('notes its beginning and its end for Audit, with the counts', async () => {
    const notes = await asServerAdministrator(
      (admin) =>
        admin.query<{ action: string; after: string; actor: string }>(
          `SELECT payload_json ->> 'action' AS action, payload_json ->> 'afterState' AS after,
             payload_json -> 'actor' ->> 'actorId' AS actor
           FROM bus.outbox_event WHERE producer = 'intake' AND payload_json -> 'subject' ->> 'importId' = $1
           ORDER BY position`,
          [first.importId],
        ),
      remit.database.url,
    );
    expect(notes.rows.at(0)).toEqual({
      action: 'START_IMPORT',
      after: 'RUNNING (12 rows, 0 created, 0 existing, 4 refused)',
      actor: 'intake_ines',
    });
    expect(notes.rows.at(-1)).toEqual({
      action: 'COMPLETE_IMPORT',
      after: 'COMPLETED (12 rows, 8 created, 0 existing, 4 refused)',
      actor: 'intake_ines',
    });
    expect(notes.rows.length).toBeLessThan(8);
  });
});

describe('The answer to a file', () => {
  it('says where to ask for it, and repeats itself for a repeated key', async () => {
    const send = () => sendFile(remit.as('intake_ines'), actionsFile(2, 1), '', { 'idempotency-key': 'a-file' });
    const [one, other] = [await send(), await send()];
    expect(one.status).toBe(202);
    expect(one.headers.get('location')).toBe(`/api/v1/imports/${one.body.importId}`);
    expect(one.body).toMatchObject({ status: 'RUNNING', mapping: 'massdep-enforcement-actions', total: 2 });
    expect([other.status, other.text]).toEqual([202, one.text]);
  });

  it('shows rows page by page, and those of one outcome', async () => {
    const ines = remit.as('intake_ines');
    const { importId } = await importFile(ines, sample);
    const numbers: number[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: ImportedFile = await readImport(ines, importId, `?limit=5${cursor && `&cursor=${cursor}`}`);
      expect(page.rows.length).toBeLessThanOrEqual(5);
      numbers.push(...page.rows.map(({ rowNumber }) => rowNumber));
      cursor = page.nextCursor;
    }
    expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    const refused = await readImport(ines, importId, '?outcome=REFUSED');
    expect(refused.rows.map(({ rowNumber }) => rowNumber)).toEqual([7, 8, 9, 12]);
  });

  it('shows how far a running import is', async () => {
    const ines = remit.as('intake_ines');
    const { body } = await sendFile(ines, actionsFile(600, 300, 'noise'));
    const seen: ImportedFile[] = [];
    await until(
      async () => seen.at(seen.push(await readImport(ines, body.importId)) - 1),
      (found) => found?.status === 'COMPLETED',
    );
    const counts = new Set(seen.map(({ created }) => created));
    expect(counts.size).toBeGreaterThan(3);
    expect(seen.every(({ total, version }) => total === 600 && version > 0)).toBe(true);
    expect(seen.at(-1)?.created).toBe(600);
  });

  it.each(['?limit=0', '?outcome=PENDING', '?cursor=x', '?cursor=WyJ4Il0', '?sort=line'])(
    'refuses to be asked for %s',
    async (query) => {
      const { importId } = await importFile(remit.as('intake_ines'), actionsFile(1, 1));
      const { status } = await remit.as('intake_ines').get(`/imports/${importId}${query}`);
      expect(status).toBe(400);
    },
  );
});

describe('A file that cannot be imported', () => {
  it.each([
    ['FILE_EMPTY', '', ''],
    ['HEADER_NOT_RECOGNISED', 'a,b\n1,2', ''],
    ['HEADER_NOT_RECOGNISED', actionsFile(1, 1).replace('penalty_usd,', ''), ''],
    ['HEADER_INVALID', 'a,a\n1,2', ''],
    ['MAPPING_NOT_FOUND', actionsFile(1, 1), '?mapping=other'],
    ['FILE_UNREADABLE', `${actionsFile(1, 1)}\n"${'open'.repeat(300_000)}`, ''],
    ['MAPPING_INVALID', `---\nname: X\n---\n${actionsFile(1, 1)}`, ''],
    ['VALIDATION_FAILED', actionsFile(1, 1), '?dryRun=maybe'],
  ])('is refused with %s, and nothing is stored', async (code, csv, query) => {
    const before = await count('intake.import_job');
    const { status, body } = await sendFile(remit.as('intake_ines'), csv, query);
    expect([status, (body as unknown as { errorCode: string }).errorCode]).toEqual([400, code]);
    expect(await count('intake.import_job')).toBe(before);
  });

  it('is refused as JSON', async () => {
    const { status } = await remit.as('intake_ines').post('/imports', { csv: sample });
    expect(status).toBe(415);
  });

  it('is for intake officers and supervisors alone, as is its report', async () => {
    const { importId } = await importFile(remit.as('intake_ines'), actionsFile(1, 1));
    for (const actorId of ['investigator_ivo', 'auditor_aude', 'operator_otto']) {
      expect((await sendFile(remit.as(actorId), sample)).status).toBe(403);
      expect((await remit.as(actorId).get(`/imports/${importId}`)).status).toBe(403);
    }
    expect((await remit.as('supervisor_sol').get(`/imports/${importId}`)).status).toBe(200);
    expect((await remit.as('supervisor_sol').get('/imports/imp_0')).status).toBe(404);
  });
});

describe('A row in another encoding', () => {
  it('is refused, and does not become other letters', async () => {
    const [header = '', row = ''] = actionsFile(1, 1).split('\n');
    const token = await fetch(`${remit.baseUrl}/api/v1/dev/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ actorId: 'intake_ines' }),
    });
    const { accessToken } = (await token.json()) as { accessToken: string };
    const sent = await fetch(`${remit.baseUrl}/api/v1/imports?dryRun=true`, {
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'text/csv; charset=utf-8' },
      body: Buffer.concat([Buffer.from(`${header}\n`), Buffer.from(row.replace('Firm 0', 'Café'), 'latin1')]),
    });
    const { rows } = (await sent.json()) as ImportedFile;
    expect(rows[0]?.reasons?.map(({ name, code }) => `${name} ${code}`)).toEqual(['respondent_name NOT_UTF8']);
  });
});

describe('A dry run', () => {
  it('tells what would happen, and changes nothing', async () => {
    const ines = remit.as('intake_ines');
    const tables = ['intake.import_job', 'intake.external_reference', 'bus.outbox_event', 'party.party'];
    const before = await Promise.all(tables.map(count));
    const csv = `${sample.trimEnd()}\n${actionsFile(1, 1).split('\n')[1]?.replace('Firm 0', 'Drystone') ?? ''}`;
    const { status, body } = await sendFile(ines, csv, '?dryRun=true');
    expect(status).toBe(200);
    expect(body).toMatchObject({ dryRun: true, total: 13, created: 1, existing: 8, refused: 4 });
    expect(body.rows.at(-1)).toEqual({ rowNumber: 13, line: 16, outcome: 'CREATED' });
    expect(body.rows[0]).toMatchObject({ rowNumber: 1, outcome: 'EXISTING', caseNumber: expect.any(String) });
    expect(await Promise.all(tables.map(count))).toEqual(before);
  });

  it('counts a row that comes twice once', async () => {
    const [header = '', row = ''] = actionsFile(1, 1).replace('Matter 0', 'Twice').split('\n');
    const { body } = await sendFile(remit.as('intake_ines'), [header, row, row].join('\n'), '?dryRun=true');
    expect(body).toMatchObject({ created: 1, existing: 1 });
  });
});

describe('Cases that rows of an import have led to', () => {
  it('are withheld from whoever may not see them any more', async () => {
    const [ines, sol] = [remit.as('intake_ines'), remit.as('supervisor_sol')];
    const file = actionsFile(2, 1, 'withheld');
    const { importId, rows } = await importFile(ines, file);
    const [hidden, open] = rows;
    const { headers } = await sol.get(`/cases/${hidden?.caseId}`);
    const restriction = { restrictedToTeam: true, team: 'north' };
    const restricted = await sol.send('PATCH', `/cases/${hidden?.caseId}`, restriction, {
      'if-match': headers.get('etag') ?? '',
    });
    expect(restricted.status).toBe(200);

    const withheld = { caseId: null, caseNumber: null };
    expect((await readImport(ines, importId)).rows).toEqual([
      { ...hidden, ...withheld, partyId: null, redacted: ['caseId', 'caseNumber', 'partyId'] },
      open,
    ]);
    expect((await readImport(sol, importId)).rows).toEqual(rows);
    const previewed = async (officer: typeof ines): Promise<object[]> =>
      (await sendFile(officer, file, '?dryRun=true')).body.rows;
    expect(await previewed(ines)).toMatchObject([
      { outcome: 'EXISTING', ...withheld, redacted: ['caseId', 'caseNumber'] },
      { outcome: 'EXISTING', caseId: open?.caseId },
    ]);
    expect(await previewed(sol)).toMatchObject([{ caseId: hidden?.caseId }, { caseId: open?.caseId }]);
  });
});
