import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { ATTEMPTS } from '../../src/platform/messaging/inbox.js';
import { startApplication, type TestApplication } from '../support/application.js';
import { asServerAdministrator } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import type { Reply } from '../support/officer.js';
import { CANARY, plantCanaries } from './canaries.js';
import type { CaseJourney } from '../journeys/case-journey.js';

/** Commands that take what is sensitive: who sends them, where, and the fields that hold it. */
const commandsOn = (on: CaseJourney): [string, string, string, string[]][] => [
  ['intake_ines', 'POST', '/parties', ['legalName', 'registrationNumber', 'address', 'contactPreference']],
  ['intake_ines', 'PATCH', `/parties/${on.partyId}/profile`, ['registrationNumber', 'address']],
  ['intake_ines', 'PUT', `/parties/${on.partyId}/contact-preference`, ['channel', 'email']],
  ['supervisor_sol', 'POST', `/parties/${on.partyId}/merge`, ['reason']],
  ['intake_ines', 'POST', '/cases', ['summary']],
  ['intake_ines', 'POST', `/cases/${on.caseId}/notes`, ['text']],
  ['investigator_ivo', 'POST', `/investigations/${on.investigationId}/allegations`, ['statement']],
  ['investigator_ivo', 'PATCH', `/allegations/${on.allegationId}`, ['statement']],
  ['investigator_ivo', 'POST', `/allegations/${on.allegationId}/findings`, ['statement', 'evidenceRefs']],
  ['investigator_ivo', 'PATCH', `/findings/${on.findingId}`, ['statement']],
  ['investigator_ivo', 'POST', '/evidence', ['title', 'collectedBy']],
  ['custodian_cleo', 'POST', `/evidence/${on.evidenceId}/classification`, ['reason']],
  ['custodian_cleo', 'POST', `/evidence/${on.evidenceId}/custody-transfers`, ['to', 'reason']],
  ['custodian_cleo', 'POST', `/evidence/${on.evidenceId}/legal-hold`, ['reason']],
  ['custodian_cleo', 'POST', `/evidence/${on.evidenceId}/access-grants`, ['purpose']],
  ['authority_ada', 'POST', `/decision-packages/${on.packageId}/rejection`, ['reason']],
  ['authority_ada', 'POST', `/decision-packages/${on.packageId}/approval`, ['reasoning', 'legalBasisCodes']],
  ['legal_lena', 'POST', `/decisions/${on.decisionId}/corrections`, ['reason', 'reasoning', 'ticketRef']],
];

/** What is wrong about what is sent. */
const BODIES: Record<string, (fields: string[]) => string> = {
  'a value of another kind': (fields) => JSON.stringify(Object.fromEntries(fields.map((each) => [each, { CANARY }]))),
  'a list': (fields) => JSON.stringify(Object.fromEntries(fields.map((each) => [each, [CANARY]]))),
  'too long a value': (fields) =>
    JSON.stringify(Object.fromEntries(fields.map((each) => [each, CANARY.repeat(20_000)]))),
  'a field that nobody knows': (fields) =>
    JSON.stringify({ ...Object.fromEntries(fields.map((each) => [each, CANARY])), surprise: CANARY }),
  'half a JSON': ([field = '']) => `{"${field}": "${CANARY}`,
};

describe('what is sensitive, when something goes wrong', () => {
  let remit: TestApplication;
  let on: CaseJourney;
  const lines: string[] = [];

  beforeAll(async () => {
    remit = await startApplication({ logLevel: 'trace', logTo: { write: (line) => lines.push(line) } });
    on = await plantCanaries(remit, () => Promise.resolve());
  });
  afterAll(() => remit.stop());

  const sql = (text: string, values: unknown[] = []): Promise<pg.QueryResult<Record<string, string>>> =>
    asServerAdministrator((admin) => admin.query(text, values), remit.database.url);
  const faults = (): string[] => lines.filter((line) => (JSON.parse(line) as { level: number }).level >= 50);
  const expectSilence = async (...answers: string[]): Promise<void> => {
    const metrics = await fetch(`${remit.baseUrl}/metrics`).then((response) => response.text());
    const said = [...answers, ...lines, metrics];
    expect(said.filter((each) => each.toLowerCase().includes(CANARY.toLowerCase()))).toEqual([]);
  };
  /** Another finding, which asks Evidence before it is refused or recorded. */
  const findAgain = (): Promise<Reply> =>
    on.as('investigator_ivo').post(`/allegations/${on.allegationId}/findings`, {
      ...{ statement: CANARY, conclusion: 'INCONCLUSIVE' },
      evidenceRefs: [{ evidenceId: on.evidenceId, evidenceVersion: 1 }],
    });

  it.each(Object.entries(BODIES))('is in no answer and no log line when %s is sent', async (_, bodyOf) => {
    for (const [actorId, method, path, fields] of commandsOn(on)) {
      const headers = { 'content-type': 'application/json', 'if-match': '"999"' };
      const { status, text } = await on.as(actorId).send(method, path, bodyOf(fields), headers);
      expect([method, path, status]).toEqual([method, path, 400]);
      await expectSilence(text);
    }
  });

  it('is in neither when a rule refuses the command, and not in the record of the refusal', async () => {
    const answers: string[] = [];
    const reason = { reason: CANARY };
    for (const reply of [
      await on.approve('authority_ada', CANARY),
      await on.command('authority_ada', `/decision-packages/${on.packageId}`, 'rejection', reason),
      await on.command('custodian_cleo', `/evidence/${on.evidenceId}`, 'legal-hold', { held: true, ...reason }),
      await on.command('intake_ines', `/evidence/${on.evidenceId}`, 'classification', { classification: 'PUBLIC', ...reason }), // prettier-ignore
      await findAgain(),
    ]) {
      expect([403, 409]).toContain(reply.status);
      answers.push(reply.text);
    }
    const { rows } = await sql(
      `SELECT payload_json::text AS record FROM bus.outbox_event WHERE event_type = 'AuditStaged'`,
    );
    expect(rows.filter(({ record }) => record?.includes('"REFUSED"')).length).toBeGreaterThan(3);
    await expectSilence(...answers, ...rows.map(({ record = '' }) => record));
  });

  it('is in neither when an owner who is asked fails, or does not answer in time', async () => {
    await sql('ALTER TABLE evidence.evidence_version RENAME TO gone');
    const failing = await findAgain();
    await sql('ALTER TABLE evidence.gone RENAME TO evidence_version');
    expect(faults().join()).toContain('GetEvidenceReference');
    const slow = await asServerAdministrator(async (admin) => {
      await admin.query('BEGIN; LOCK TABLE evidence.evidence_version IN ACCESS EXCLUSIVE MODE');
      const reply = await findAgain();
      await admin.query('ROLLBACK');
      return reply;
    }, remit.database.url);
    expect([failing.status, slow.status]).toEqual([503, 503]);
    await expectSilence(failing.text, slow.text);
  });

  it('is in neither when the database refuses the row and quotes it', async () => {
    await sql(`CREATE FUNCTION public.refused() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION E'cannot take %\\n    at % (x.ts:1:1)', NEW, NEW; END $$`);
    await sql(
      'CREATE TRIGGER refused BEFORE INSERT ON case_registry.case_note FOR EACH ROW EXECUTE FUNCTION public.refused()',
    );
    const before = faults().length;
    const { status, text } = await on.as('intake_ines').post(`/cases/${on.caseId}/notes`, { text: CANARY });
    expect([status, faults().length]).toEqual([500, before + 1]);
    await expectSilence(text);
  });

  it('is not in what is kept and shown of an event that a consumer fails at, quoting it, until it is a dead letter', async () => {
    await sql(
      'CREATE TRIGGER refused BEFORE INSERT ON reporting.case_dossier_slots FOR EACH ROW EXECUTE FUNCTION public.refused()',
    );
    const parties = [{ partyId: on.partyId, role: 'SUBJECT' }];
    await on.as('intake_ines').post('/cases', { caseTypeCode: 'WAT', title: `${CANARY} title`, parties });
    await eventually(
      () =>
        sql(
          'UPDATE reporting.inbox_event SET attempts = $1, next_attempt_at = clock_timestamp() WHERE attempts BETWEEN 1 AND $1',
          [ATTEMPTS - 1],
        ),
      ({ rowCount }) => (rowCount ?? 0) > 0,
    );
    const letters = await eventually(
      () => on.as('operator_otto').get<{ data: { lastError: string }[] }>('/operations/dead-letters'),
      ({ body }) => body.data.length > 0,
    );
    expect(letters.body.data[0]?.lastError).toMatch(/^\w+ P0001/);
    const { rows } = await sql('SELECT last_error FROM reporting.inbox_event WHERE last_error IS NOT NULL');
    await expectSilence(letters.text, ...rows.map((row) => row.last_error ?? ''));
  });
});
