import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  startEmbeddedServer,
  type EmbeddedServer,
} from '../../src/platform/administration/embedded/embedded-server.js';
import { startApplication, type TestApplication } from '../support/application.js';
import { Backups } from '../support/backups.js';
import { asServerAdministrator } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { investigated } from '../support/investigated.js';
import type { Officer } from '../support/officer.js';

interface Registered {
  caseId: string;
  caseNumber: string;
  publishedEventId: string;
}

/** What is done about a case that was registered, and what follows by itself. */
const FOLLOWING = ['OBSERVE_CASE_FACT', 'OBSERVE_FACT', 'OPEN_INVESTIGATION', 'REGISTER_CASE', 'START_PROCESS'];

/** Backed up while it was written to, restored into another cluster, and gone on with there. */
describe('an application restored elsewhere', () => {
  let dataDir: string;
  let elsewhere: EmbeddedServer;
  let here: Backups;
  let there: Backups;
  let original: TestApplication;
  let restored: TestApplication;
  let partyId: string;
  const before: Registered[] = [];

  const register = async (officer: Officer, key: string): Promise<Registered> => {
    const body = { caseTypeCode: 'WAT', parties: [{ partyId, role: 'SUBJECT' }] };
    const answer = await officer.post<Registered>('/cases', body, { 'idempotency-key': key });
    expect(answer.status).toBe(201);
    return answer.body;
  };
  const positions = (url: string): Promise<number[]> =>
    asServerAdministrator(async (admin) => {
      const { rows } = await admin.query<{ position: string }>(
        'SELECT position FROM bus.outbox_event ORDER BY position',
      );
      return rows.map(({ position }) => Number(position));
    }, url);

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'remit-elsewhere-'));
    await chmod(dataDir, 0o755);
    [elsewhere, here, original] = await Promise.all([
      startEmbeddedServer({ dataDir, settings: { fsync: 'off', synchronous_commit: 'off' } }),
      Backups.open(),
      startApplication(),
    ]);
    there = await Backups.open(elsewhere.url);
    const officer = original.as('intake_ines');
    ({
      body: { partyId },
    } = await officer.post<{ partyId: string }>('/parties', { kind: 'ORGANISATION', legalName: 'Weir Paper Ltd' }));
    for (let count = 0; count < 5; count += 1) before.push(await register(officer, `before-${count}`));

    let done = false;
    const writer = async (number: number): Promise<void> => {
      for (let count = 0; !done; count += 1) await register(officer, `writer-${number}-${count}`);
    };
    const writers = [1, 2, 3].map(writer);
    const { folder } = await here.of(original.database).finally(() => (done = true));
    await Promise.all(writers);
    restored = await startApplication({ database: await there.restored(folder) });
    // Two servers are started, and every table of every module is copied twice.
  }, 180_000);
  afterAll(async () => {
    await restored.stop();
    await original.stop();
    await there.clear();
    await here.clear();
    await elsewhere.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('is in another cluster, which the log knows', async () => {
    const cluster = (url: string): Promise<unknown> =>
      asServerAdministrator(async (admin) => {
        const known = 'SELECT system_identifier AS id FROM bus.cluster_identity';
        const { rows } = await admin.query<{ id: string }>(known);
        const { rows: present } = await admin.query<{ id: string }>(
          'SELECT system_identifier AS id FROM pg_control_system()',
        );
        expect(rows).toEqual(present);
        return rows[0]?.id;
      }, url);
    expect(await cluster(restored.database.url)).not.toBe(await cluster(original.database.url));
  });

  it('holds one moment of it: each case with its events, its audit record and its number, and none without', async () => {
    const [counts] = await asServerAdministrator(async (admin) => {
      const { rows } = await admin.query<Record<string, number>>(`
        SELECT (SELECT count(*) FROM case_registry.case_header)::int AS cases,
          (SELECT count(*) FROM bus.outbox_event WHERE event_type = 'CaseRegistered')::int AS events,
          (SELECT count(*) FROM bus.outbox_event WHERE event_type = 'AuditStaged'
            AND payload_json ->> 'action' = 'REGISTER_CASE')::int AS staged,
          (SELECT sum(last_number) FROM case_registry.case_number_counter)::int AS numbered`);
      return rows;
    }, restored.database.url);
    const cases = counts?.cases ?? 0;
    expect(cases).toBeGreaterThanOrEqual(before.length);
    expect(counts).toEqual({ cases, events: cases, staged: cases, numbered: cases });
  });

  it('gives a first answer again, byte for byte, and makes no second case of it', async () => {
    expect(await register(restored.as('intake_ines'), 'before-0')).toEqual(before[0]);
  });

  it('goes on numbering where it left off: cases, positions and audit records', async () => {
    const old = await positions(restored.database.url);
    const cases = (await asServerAdministrator((admin) => admin.query('SELECT FROM case_registry.case_header'), restored.database.url)).rowCount ?? 0; // prettier-ignore
    const { caseId, caseNumber, publishedEventId } = await register(restored.as('intake_ines'), 'after');
    expect(Number(caseNumber.slice(-6))).toBe(cases + 1);
    const now = await positions(restored.database.url);
    expect(Math.min(...now.slice(old.length))).toBeGreaterThan(Math.max(...old));
    const dossier = `/cases/${caseId}/dossier?waitForEventId=${publishedEventId}&timeoutMs=10000`;
    expect((await restored.as('intake_ines').get(dossier)).body).toMatchObject({ data: { caseNumber } });
  });

  it('delivers everything once, and every audit chain holds', async () => {
    const auditor = restored.as('auditor_aude');
    for (const { caseId } of before) {
      await investigated(restored, caseId);
      const trail = await eventually(
        async () => (await auditor.get<{ data: { action: string }[] }>(`/cases/${caseId}/audit-trail`)).body.data,
        ({ length }) => length >= FOLLOWING.length,
      );
      expect(trail.map(({ action }) => action).sort()).toEqual(FOLLOWING);
    }
    const chains = await asServerAdministrator((admin) => admin.query(
      `SELECT FROM audit.audit_record GROUP BY subject HAVING count(*) <> max(seq)`), restored.database.url); // prettier-ignore
    expect(chains.rowCount).toBe(0);
    const waiting = `SELECT FROM reporting.inbox_event WHERE status <> 'PROCESSED'`;
    const unhandled = await asServerAdministrator((admin) => admin.query(waiting), restored.database.url);
    expect(unhandled.rowCount).toBe(0);
  });
});
