import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApplication, type TestApplication } from '../support/application.js';
import { asServerAdministrator } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { actionsFile, importEnded, importFile, readImport, sendFile, type ImportedFile } from '../support/imports.js';

const sample = readFileSync(
  fileURLToPath(new URL('../support/samples/enforcement-actions.csv', import.meta.url)),
  'utf8',
);

interface Recorded {
  statement: string;
  legalBasisCode: string;
  againstPartyId: string;
  recordedBy: string;
}

let remit: TestApplication;
const lines: string[] = [];
beforeAll(async () => {
  remit = await startApplication({ logLevel: 'trace', logTo: { write: (line) => lines.push(line) } });
});
afterAll(() => remit.stop());

const sql = <Row extends object>(text: string): Promise<Row[]> =>
  asServerAdministrator(async (admin) => (await admin.query<Row>(text)).rows, remit.database.url);
const count = async (table: string): Promise<number> =>
  (await sql<{ count: number }>(`SELECT count(*)::int AS count FROM ${table}`))[0]?.count ?? 0;
const allegationsOf = async (caseId = ''): Promise<Recorded[]> =>
  (await remit.as('investigator_ivo').get<{ data: Recorded[] }>(`/allegations?caseId=${caseId}`)).body.data;

const LETTERS = `name: letters
columns: [id, firm, day, matter, story]
key: [id]
party: { kind: ORGANISATION, legalName: firm }
case:
  receivedOn: day
  title: Letter
  caseTypeCode: { column: matter, rules: [], otherwise: GEN }`;
const ALLEGING = `${LETTERS}
allegation:
  statement: story
  legalBasisCode: { column: matter, rules: [{ matches: smell, legalBasisCode: BY-LAW-4 }], otherwise: BY-LAW-1 }`;
const letters = (mapping: string, ...rows: string[]): string =>
  ['---', mapping, '---', 'id,firm,day,matter,story', ...rows].join('\n');
const LETTER = '1,Alder Mill Ltd,2020-01-02,smell,A kestrel of solvent.';

describe('Importing what rows allege', () => {
  let first: ImportedFile;
  beforeAll(async () => {
    first = await importFile(remit.as('intake_ines'), sample);
  });

  it('records one allegation for each case, with what the row says, against its party, in the officer\u2019s name', async () => {
    const created = first.rows.filter(({ outcome }) => outcome === 'CREATED');
    expect([created.length, await count('investigation.allegation')]).toEqual([8, 8]);
    const recorded = await Promise.all(created.map(({ caseId }) => allegationsOf(caseId)));
    const actual = recorded.map(([each], index) => {
      expect(each).toMatchObject({ againstPartyId: created[index]?.partyId, recordedBy: 'intake_ines' });
      return [each?.legalBasisCode, each?.statement.slice(0, 40)];
    });
    expect(actual).toEqual([
      ['MGL-21C', 'The regulator entered into a Consent Ord'],
      ['MGL-111-142A', 'A second visit found the drums where the'],
      ['MGL-21C', 'The suspended part of the penalty fell d'],
      ['MGL-21-43', 'Another firm that resembles the first.'],
      ['MGL-21E', 'A tank leaked.\nThe order names three ste'],
      ['MGL-21E', 'The firm\'s "immediate" report came after'],
      ['MGL-21A-16', 'Solvent was poured into a drain … and fo'],
      ['MGL-111-142A', 'No place was given for this job.'],
    ]);
  });

  it('adds none at a second import, by whomever', async () => {
    const second = await importFile(remit.as('supervisor_sol'), sample);
    expect(second).toMatchObject({ created: 0, existing: 8, refused: 4 });
    expect(await count('investigation.allegation')).toBe(8);
  });

  it('writes nothing in a dry run', async () => {
    const tables = ['investigation.allegation', 'intake.external_reference', 'bus.outbox_event'];
    const before = await Promise.all(tables.map(count));
    const { body } = await sendFile(remit.as('intake_ines'), actionsFile(3, 3, 'dry'), '?dryRun=true');
    expect(body).toMatchObject({ created: 3, refused: 0 });
    expect(await Promise.all(tables.map(count))).toEqual(before);
  });

  it('refuses a statement that is too long by its column, before anything is told', async () => {
    const csv = letters(ALLEGING, `9,Tarn Ltd,2020-01-02,smell,${'s'.repeat(20_001)}`);
    const { rows } = await importFile(remit.as('intake_ines'), csv);
    expect(rows[0]?.reasons).toMatchObject([{ name: 'story', code: 'IS_LENGTH' }]);
    expect(JSON.stringify(rows)).not.toContain('sss');
    expect(await count(`party.party WHERE legal_name = 'Tarn Ltd'`)).toBe(0);
  });

  it('by a mapping that alleges nothing registers the case alone; one that does adds what was missing', async () => {
    const before = await importFile(remit.as('intake_ines'), letters(LETTERS, LETTER));
    expect(before).toMatchObject({ created: 1, refused: 0 });
    const caseId = before.rows[0]?.caseId;
    expect(await allegationsOf(caseId)).toEqual([]);
    const after = await importFile(remit.as('intake_ines'), letters(ALLEGING, LETTER));
    expect(after).toMatchObject({ created: 0, existing: 1, rows: [{ caseId }] });
    expect(await allegationsOf(caseId)).toMatchObject([
      { statement: 'A kestrel of solvent.', legalBasisCode: 'BY-LAW-4' },
    ]);
  });

  it('refuses a row whose allegation its owner refuses, says why and in which case, and imports the others', async () => {
    const ivo = remit.as('investigator_ivo');
    const [two, three] = [LETTER.replace('1,', '2,'), LETTER.replace('1,', '3,')];
    const { rows } = await importFile(remit.as('intake_ines'), letters(LETTERS, two, three));
    const caseId = rows[0]?.caseId ?? '';
    const [investigation] = await eventually(
      async () =>
        (await ivo.get<{ data: { investigationId: string }[] }>(`/investigations?caseId=${caseId}`)).body.data,
      (found) => found.length > 0,
    );
    const closing = await ivo.post(
      `/investigations/${investigation?.investigationId ?? ''}/submission`,
      { recommendation: 'NO_FURTHER_ACTION' },
      { 'if-match': '"1"' },
    );
    expect(closing.status).toBe(200);
    const again = await importFile(remit.as('intake_ines'), letters(ALLEGING, two, three));
    expect(again).toMatchObject({ status: 'COMPLETED', created: 0, existing: 1, refused: 1 });
    expect(again.rows[0]).toMatchObject({
      outcome: 'REFUSED',
      caseId,
      reasons: [{ name: 'row', code: 'INVESTIGATION_NOT_OPEN' }],
    });
  });
});

describe('What a row alleges, while its case has no investigation', () => {
  it('keeps the row open, and is recorded once when there is one', async () => {
    const otto = remit.as('operator_otto');
    const ines = remit.as('intake_ines');
    const before = await count('investigation.allegation');
    await otto.post('/operations/consumers/workflow.case-process/pause', { reason: 'A rest.' });
    const { body } = await sendFile(ines, actionsFile(3, 3, 'waiting'));
    await eventually(
      () => count(`intake.external_reference WHERE subject = 'CASE' AND import_id = '${body.importId}' AND settled_at IS NOT NULL`),
      (settled) => settled === 3,
    ); // prettier-ignore
    expect(await readImport(ines, body.importId)).toMatchObject({ status: 'RUNNING', created: 0, refused: 0 });
    await otto.post('/operations/consumers/workflow.case-process/resume', { reason: 'Rested.' });
    const ended = await importEnded(ines, body.importId);
    expect(ended).toMatchObject({ status: 'COMPLETED', created: 3, existing: 0, refused: 0 });
    expect(await count('investigation.allegation')).toBe(before + 3);
  });
});

describe('A statement', () => {
  it('is in no event, no audit record and no line of the log, though the database quotes the row it refuses', async () => {
    await sql(`ALTER TABLE investigation.allegation ADD CONSTRAINT refused CHECK (statement !~ 'a wagtail')`);
    const { body } = await sendFile(remit.as('intake_ines'), actionsFile(1, 1, 'a wagtail'));
    await eventually(
      () => lines.filter((line) => line.includes('A row could not be imported')).length,
      (found) => found > 0,
    );
    await sql('ALTER TABLE investigation.allegation DROP CONSTRAINT refused');
    expect(await importEnded(remit.as('intake_ines'), body.importId)).toMatchObject({ created: 1 });
    const statements = '(wagtail|kestrel|storing drums|solvent was)';
    expect(await count(`investigation.allegation WHERE statement ~* '${statements}'`)).toBe(5);
    expect(await count(`bus.outbox_event WHERE payload_json::text ~* '${statements}'`)).toBe(0);
    expect(await count(`audit.audit_record AS each WHERE each::text ~* '${statements}'`)).toBe(0);
    expect(lines.filter((line) => new RegExp(statements, 'i').test(line))).toEqual([]);
  });
});
