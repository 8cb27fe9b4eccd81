import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Kernel } from '../../src/platform/kernel/kernel.js';
import { startApplication, type TestApplication } from '../support/application.js';
import { asServerAdministrator } from '../support/database.js';
import { eventually } from '../support/eventually.js';

interface Answer {
  status: number;
  text: string;
  ms: number;
}

describe('what those who run it are told', () => {
  let remit: TestApplication;
  beforeAll(async () => {
    remit = await startApplication();
  });
  afterAll(() => remit.stop());

  const ask = async (path: string): Promise<Answer> => {
    const startedAt = performance.now();
    const response = await fetch(`${remit.baseUrl}${path}`);
    return { status: response.status, text: await response.text(), ms: performance.now() - startedAt };
  };
  const databaseOf = (module: string): NonNullable<ReturnType<Kernel['opened']['get']>> => {
    const found = remit.app.get(Kernel).opened.get(module);
    if (!found) throw new Error(`${module} has no database.`);
    return found;
  };
  /** The database takes nobody in, and whoever was in is thrown out. */
  const shut = async (): Promise<void> => {
    const name = new URL(remit.database.url).pathname.slice(1);
    await asServerAdministrator(async (admin) => {
      await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
      await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
    });
  };
  const open = (): Promise<unknown> => {
    const name = new URL(remit.database.url).pathname.slice(1);
    return asServerAdministrator((admin) => admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`));
  };

  it('is ready, though all the connections that a module may have are held', async () => {
    const { pool } = databaseOf('party');
    const held = await Promise.all(Array.from({ length: 8 }, () => pool.connect()));
    expect(databaseOf('party').isBusy).toBe(true);
    const { status, ms } = await ask('/readyz');
    const metrics = await ask('/metrics');
    for (const client of held) client.release();
    expect(status).toBe(200);
    expect(ms).toBeLessThan(2_000);
    expect(metrics.text).toContain('remit_db_connections{module="party",state="open"} 8');
    expect(metrics.text).toContain('remit_db_connections{module="party",state="idle"} 0');
  });

  it('is all of the metrics but what could not be collected, while the database answers nobody', async () => {
    expect((await ask('/metrics')).text).toContain('\nremit_evidence_damaged_contents 0');
    await shut();
    try {
      const { status, text, ms } = await ask('/metrics');
      expect(status).toBe(200);
      expect(ms).toBeLessThan(5_000);
      expect(text).toContain('remit_http_request_seconds_count');
      expect(text).not.toContain('remit_evidence_damaged_contents 0');
      expect(text).toContain('remit_metrics_collect_failures_total{metric="remit_evidence_damaged_contents"} 1');
      const ready = await ask('/readyz');
      expect(ready.status).toBe(503);
      expect(ready.text).toContain('NOT_READY');
      expect((await ask('/healthz')).status).toBe(200);
    } finally {
      await open();
    }
    await eventually(
      () => ask('/readyz'),
      ({ status }) => status === 200,
    );
    expect((await ask('/metrics')).text).toContain('\nremit_evidence_damaged_contents 0');
  });
});
