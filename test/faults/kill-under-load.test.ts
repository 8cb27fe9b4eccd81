import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runningServerUrl } from '../../src/platform/database/embedded/running-server.js';
import { asServerAdministrator } from '../support/database.js';
import type { Officer } from '../support/officer.js';
import { RemitProcess } from '../support/process.js';

interface Registered {
  caseId: string;
  caseNumber: string;
  publishedEventId: string;
}

/** What happened, kept outside the process that is killed. */
interface Ledger {
  acknowledged: Map<string, Registered>;
  unknown: Set<string>;
}

const WRITERS = 8;
const ACKNOWLEDGED_BEFORE_THE_KILL = 80;

describe('killed under load and started again', () => {
  let dataDir: string;
  let remit: RemitProcess | undefined;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'remit-kill-'));
    await chmod(dataDir, 0o755);
  });
  afterEach(async () => {
    await remit?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  const register = (officer: Officer, key: string, partyId: string) =>
    officer.post<Registered>(
      '/cases',
      { caseTypeCode: 'WAT', parties: [{ partyId, role: 'SUBJECT' }] },
      { 'idempotency-key': key },
    );

  /** Registers cases until the process is gone, and kills it in the middle of that. */
  async function loadAndKill(running: RemitProcess, partyId: string, kill: () => Promise<void>): Promise<Ledger> {
    const ledger: Ledger = { acknowledged: new Map(), unknown: new Set() };
    let killed: Promise<void> | undefined;
    const writer = async (number: number): Promise<void> => {
      const officer = running.as('intake_ines');
      for (let count = 0; ; count += 1) {
        const key = `writer-${number}-${count}`;
        ledger.unknown.add(key);
        try {
          const { status, body } = await register(officer, key, partyId);
          if (status !== 201) return;
          ledger.unknown.delete(key);
          ledger.acknowledged.set(key, body);
        } catch {
          return;
        }
        if (ledger.acknowledged.size >= ACKNOWLEDGED_BEFORE_THE_KILL) killed ??= kill();
      }
    };
    await Promise.all(Array.from({ length: WRITERS }, (_, number) => writer(number)));
    await killed;
    return ledger;
  }

  async function everythingIsThereOnce(
    again: RemitProcess,
    { acknowledged, unknown }: Ledger,
    partyId: string,
  ): Promise<void> {
    const officer = again.as('intake_ines');
    const auditor = again.as('auditor_aude');
    // What nobody knows resolves to one outcome by its key.
    const cases = new Map(acknowledged);
    for (const key of unknown) {
      const { status, body } = await register(officer, key, partyId);
      expect(status).toBe(201);
      cases.set(key, body);
    }
    for (const { caseId, publishedEventId } of cases.values()) {
      const dossier = await officer.get<{ data: { caseId: string } }>(
        `/cases/${caseId}/dossier?waitForEventId=${publishedEventId}&timeoutMs=10000`,
      );
      expect(dossier.body).toMatchObject({ data: { caseId }, projection: { lastEventId: publishedEventId } });
      const trail = await auditor.get<{ data: { action: string; publishedEventIds: string[] }[] }>(
        `/cases/${caseId}/audit-trail`,
      );
      expect(trail.body.data.map(({ action, publishedEventIds }) => [action, publishedEventIds])).toEqual([
        ['REGISTER_CASE', [publishedEventId]],
      ]);
    }
    const numbers = [...cases.values()].map(({ caseNumber }) => Number(caseNumber.slice(-6))).sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: cases.size }, (_, index) => index + 1));
    const url = (await runningServerUrl(dataDir)) ?? '';
    await asServerAdministrator(async (admin) => {
      const count = async (sql: string): Promise<number> => Number((await admin.query<{ n: string }>(sql)).rows[0]?.n);
      expect(await count('SELECT count(*) AS n FROM case_registry.case_header')).toBe(cases.size);
      const registered = `SELECT count(*) AS n FROM bus.outbox_event WHERE event_type = 'CaseRegistered'`;
      expect(await count(registered)).toBe(cases.size);
    }, url);
  }

  it.each([
    ['the process group', false],
    ['the process group and the PostgreSQL server, its backends left alive', true],
  ])('loses nothing that it acknowledged when %s is killed', async (_, withPostgres) => {
    const running = await RemitProcess.start(dataDir);
    const { body: party } = await running
      .as('intake_ines')
      .post<{ partyId: string }>('/parties', { kind: 'ORGANISATION', legalName: 'Weir Paper Ltd' });
    const ledger = await loadAndKill(running, party.partyId, async () => {
      if (withPostgres) {
        const [pid] = (await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n');
        process.kill(Number(pid), 'SIGKILL');
      }
      await running.killGroup();
    });
    expect(ledger.acknowledged.size).toBeGreaterThanOrEqual(ACKNOWLEDGED_BEFORE_THE_KILL);
    remit = await RemitProcess.start(dataDir);
    await everythingIsThereOnce(remit, ledger, party.partyId);
  });
});
