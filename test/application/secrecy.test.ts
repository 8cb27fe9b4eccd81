import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { declarations } from '../../src/platform/start.js';
import { startApplication, type TestApplication } from '../support/application.js';
import { Backups } from '../support/backups.js';
import { listenToCase } from '../support/case-stream.js';
import { asServerAdministrator } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { makeToken } from '../support/tokens.js';
import { CANARY, fieldsWithoutCanary, importCanary, plantCanaries, planted, tablesHolding } from './canaries.js';
import type { CaseJourney } from '../journeys/case-journey.js';

const camelCase = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Every field that a declaration calls sensitive, with something that must be seen nowhere. */
const SENSITIVE = declarations().flatMap(({ aggregates, projections }) =>
  [...Object.values(aggregates), ...Object.values(projections)].flatMap((each) => each.sensitive_fields ?? []),
);
const FIELDS = Object.fromEntries(SENSITIVE.map((name) => [camelCase(name), `${CANARY} ${name}`]));

describe('what is sensitive', () => {
  let remit: TestApplication;
  const lines: string[] = [];
  const answers: string[] = [];

  beforeAll(async () => {
    remit = await startApplication({ logLevel: 'trace', logTo: { write: (line) => lines.push(line) } });
  });
  afterAll(() => remit.stop());

  const send = async (
    method: string,
    path: string,
    body?: string,
    headers: Record<string, string> = {},
  ): Promise<void> => {
    const authorization = `Bearer ${await makeToken()}`;
    const sent = { authorization, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers };
    const response = await fetch(`${remit.baseUrl}${path}`, {
      method,
      headers: sent,
      ...(body !== undefined && { body }),
    });
    answers.push(`${[...response.headers].join('\n')}\n${await response.text()}`);
  };
  const query = (sql: string): Promise<unknown> =>
    asServerAdministrator((admin) => admin.query(sql), remit.database.url);
  const metrics = (): Promise<string> => fetch(`${remit.baseUrl}/metrics`).then((response) => response.text());

  it('is named by the declarations', () => {
    expect(Object.keys(FIELDS)).toEqual(expect.arrayContaining(['email', 'registrationNumber', 'summary']));
  });

  it('is in no log line, no answer and no metric, whatever goes wrong', async () => {
    const party = { kind: 'PERSON', legalName: 'Ewa Lindqvist', ...FIELDS };
    // As a value of the wrong kind, of the right kind, and in what is no JSON.
    await send('POST', '/api/v1/parties', JSON.stringify(party));
    await send('POST', '/api/v1/parties', JSON.stringify({ ...party, email: [CANARY], summary: { text: CANARY } }));
    await send('POST', '/api/v1/cases', JSON.stringify({ ...FIELDS, parties: CANARY, [CANARY.toLowerCase()]: 1 }));
    await send('POST', '/api/v1/parties', `{"email": "${CANARY}`);
    await send('POST', '/api/v1/parties', CANARY, { 'content-type': `text/${CANARY}` });
    // In the address, in headers, and as a token.
    await send('GET', `/api/v1/parties?search=${CANARY}`);
    await send('GET', `/api/v1/${CANARY}?email=${CANARY}`);
    await send('GET', `/api/v1/parties/${CANARY}`);
    await send('GET', `/api/v1/cases?limit=${CANARY}`);
    await send('GET', '/api/v1/parties', undefined, { authorization: `Bearer ${CANARY}` });
    await send('POST', '/api/v1/parties', '{}', {
      'idempotency-key': `${CANARY} is not one`,
      'x-correlation-id': `${CANARY}!`,
    });
    // By the database, which quotes the row that it refuses.
    await query(`ALTER TABLE party.party ADD CONSTRAINT refused CHECK (legal_name !~ '${CANARY}')`);
    await send('POST', '/api/v1/parties', JSON.stringify({ kind: 'PERSON', legalName: CANARY }));

    await eventually(
      () => lines.filter((line) => line.includes('"msg":"request"')).length,
      (count) => count >= 12,
    );
    expect(lines.filter((line) => line.includes('failed unexpectedly'))).toHaveLength(1);
    const token = (await makeToken()).split('.')[0] ?? '';
    for (const found of [...lines, await metrics()]) {
      expect(found.toLowerCase()).not.toContain(CANARY.toLowerCase());
      expect(found).not.toContain(token);
    }
    // What the sender wrote as a name of a field comes back to the sender alone.
    for (const answer of answers) expect(answer.replaceAll(CANARY.toLowerCase(), '')).not.toContain(CANARY);
  });

  it('leaves each line of the log whole, whatever a header says', async () => {
    const before = lines.length;
    await new Promise<void>((resolve) => {
      const headers = {
        'x-correlation-id': 'a"}{"level":60,"msg":"forged"',
        traceparent: '00-\t-forged',
        'user-agent': '\u00e4',
      };
      request(`${remit.baseUrl}/api/v1/parties`, { headers }, (answer) => answer.resume().on('end', resolve)).end();
    });
    await eventually(
      () => lines.length,
      (count) => count > before,
    );
    for (const line of lines) expect(Object.keys(JSON.parse(line) as object)).toContain('level');
    expect(lines.join('')).not.toContain('forged');
  });

  it('has a line for each request: who, what and how long, by the pattern of its route', () => {
    const [first] = lines.filter((line) => line.includes('"msg":"request"'));
    expect(JSON.parse(first ?? '')).toMatchObject({
      level: 30,
      actorId: 'intake_ines',
      method: 'POST',
      route: '/api/v1/parties',
      status: 400,
      correlationId: expect.stringMatching(/^corr_/),
      ms: expect.any(Number),
    });
    expect(lines.some((line) => line.includes('"route":"/api/v1/parties/:partyId"'))).toBe(true);
  });
});

describe('what is sensitive, once it is where it belongs', () => {
  let remit: TestApplication;
  let on: CaseJourney;
  const lines: string[] = [];
  const streamed: string[] = [];
  const leave: (() => void)[] = [];

  beforeAll(async () => {
    remit = await startApplication({ logLevel: 'trace', logTo: { write: (line) => lines.push(line) } });
    const listen = async (caseId: string): Promise<void> => {
      const stream = await eventually(
        () => listenToCase(`${remit.baseUrl}/api/v1`, caseId, 'supervisor_sol'),
        ({ response }) => response.ok,
      );
      leave.push(stream.leave);
      void (async () => {
        for (let event = await stream.next(); event; event = await stream.next()) streamed.push(JSON.stringify(event));
      })().catch(() => undefined);
    };
    on = await plantCanaries(remit, listen);
    await importCanary(remit);
    await on.comesTo<{ data: { action: string }[] }>(
      'auditor_aude',
      `/cases/${on.caseId}/audit-trail?limit=100`,
      ({ data }) => data.some(({ action }) => action === 'CONCLUDE_DECISION_REVIEW'),
    );
  });
  afterAll(async () => {
    for (const each of leave) each();
    await remit.stop();
  });

  it.each(planted)('is with its owner and nowhere else in the database: $field', async ({ text, tables }) => {
    expect(await tablesHolding(remit.database.url, text)).toEqual(tables);
  });

  it('covers every field that a declaration names', async () => {
    expect(await fieldsWithoutCanary(remit.database.url)).toEqual([]);
  });

  it('is, as what a file says, with Intake until its owners have it, and then with them alone', async () => {
    const holding = await tablesHolding(remit.database.url, `${CANARY} narrative`);
    expect(holding).toContain('case_registry.case_header');
    expect(holding.filter((table) => !/^(case_registry|intake|investigation)\./.test(table))).toEqual([]);
  });

  it('is in no log line, no metric, no stream, no read model, no audit record and no manifest of a backup', async () => {
    const backups = await Backups.open();
    const { manifest } = await backups.of(remit.database);
    await backups.clear();
    const sol = remit.as('supervisor_sol');
    const read = await Promise.all(
      ['/worklist', `/cases/${on.caseId}/dossier`, `/parties/${on.partyId}/case-history`].map((path) => sol.get(path)),
    );
    const records = await remit.as('auditor_aude').get('/audit/records?limit=100');
    const metrics = await fetch(`${remit.baseUrl}/metrics`).then((response) => response.text());
    expect([lines.length > 50, streamed.length > 3, read.every(({ status }) => status === 200)]).toEqual([true, true, true]); // prettier-ignore
    const said = [
      ...lines,
      ...streamed,
      ...read.map(({ text }) => text),
      records.text,
      metrics,
      JSON.stringify(manifest),
    ];
    expect(said.filter((each) => each.toLowerCase().includes(CANARY.toLowerCase()))).toEqual([]);
  });
});
