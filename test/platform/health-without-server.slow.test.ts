import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  startEmbeddedServer,
  type EmbeddedServer,
} from '../../src/platform/administration/embedded/embedded-server.js';
import { prepareDatabase } from '../../src/platform/administration/prepare-database.js';
import { hasCode } from '../../src/platform/base/error-code.js';
import { declarations } from '../../src/platform/start.js';
import { startApplication, type TestApplication } from '../support/application.js';
import { asServerAdministrator } from '../support/database.js';
import { eventually } from '../support/eventually.js';

interface Answer {
  status: number;
  text: string;
  ms: number;
}

/** Besides what is promised: as long as a busy machine may take to answer at all. */
const SLACK_MS = 1_500;

describe('what those who run it are told', () => {
  let folder: string;
  let server: EmbeddedServer;
  let remit: TestApplication;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'remit-health-'));
    // As root the server runs as somebody else, who has to get there.
    await chmod(folder, 0o755);
    server = await startEmbeddedServer({ dataDir: folder });
    const connections = await prepareDatabase(server.url, declarations());
    const database = { url: server.url, connections, drop: () => Promise.resolve() };
    remit = await startApplication({ database });
  });
  afterAll(async () => {
    await remit.stop();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const ask = async (path: string): Promise<Answer> => {
    const startedAt = performance.now();
    const response = await fetch(`${remit.baseUrl}${path}`);
    return { status: response.status, text: await response.text(), ms: performance.now() - startedAt };
  };
  /** The postmaster, which lets nobody new in when it stands still, and whoever is in. */
  const processes = (): Promise<number[]> =>
    asServerAdministrator(async (admin) => {
      const { rows } = await admin.query<{ pid: number }>(
        `SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()
         UNION ALL SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int`,
      );
      return rows.map(({ pid }) => pid);
    }, server.url);
  const send = (pids: readonly number[], signal: NodeJS.Signals): void => {
    for (const pid of pids)
      try {
        process.kill(pid, signal);
      } catch (error) {
        // A worker of the server ends by itself when it is done.
        if (!hasCode(error, 'ESRCH')) throw error;
      }
  };

  async function expectToldOfNone(): Promise<void> {
    const [ready, metrics, health] = await Promise.all([ask('/readyz'), ask('/metrics'), ask('/healthz')]);
    expect([ready.status, health.status, metrics.status]).toEqual([503, 200, 200]);
    expect(ready.text).toContain('NOT_READY');
    expect(ready.ms).toBeLessThan(2_000 + SLACK_MS);
    expect(metrics.ms).toBeLessThan(3_000 + SLACK_MS);
    expect(metrics.text).toContain('remit_http_request_seconds_count');
    expect(metrics.text).not.toContain('\nremit_evidence_damaged_contents ');
    expect(metrics.text).toMatch(
      /remit_metrics_collect_failures_total\{metric="remit_evidence_damaged_contents"\} [1-9]/,
    );
  }

  it('is in time that the database stands still, and afterwards that it goes on', async () => {
    expect((await ask('/readyz')).status).toBe(200);
    const stopped = await processes();
    send(stopped, 'SIGSTOP');
    try {
      await expectToldOfNone();
    } finally {
      send(stopped, 'SIGCONT');
    }
    await eventually(
      () => ask('/readyz'),
      ({ status }) => status === 200,
    );
    await eventually(
      () => ask('/metrics'),
      ({ text }) => text.includes('\nremit_evidence_damaged_contents 0'),
    );
  });

  it('is in time that the database was killed', async () => {
    send(await processes(), 'SIGKILL');
    await server.ended;
    await expectToldOfNone();
  });
});
