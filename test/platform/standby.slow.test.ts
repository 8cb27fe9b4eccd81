import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import {
  startEmbeddedServer,
  type EmbeddedServer,
} from '../../src/platform/administration/embedded/embedded-server.js';
import { CASEWORK } from '../../src/casework/domain.js';
import type { ServerProcess } from '../../src/platform/administration/embedded/server-process.js';
import { checkDatabase, prepareDatabase } from '../../src/platform/administration/prepare-database.js';
import type { Connections } from '../../src/platform/database/module-variables.js';
import { explainStart } from '../../src/platform/explain-start.js';
import { BEGINNING, LogReader } from '../../src/platform/messaging/log-reader.js';
import { StandbyError } from '../../src/platform/messaging/server-run.js';
import { folder, query } from '../support/embedded-servers.js';
import { eventually } from '../support/eventually.js';
import { make } from '../support/probe/commands.js';
import { declarationOf, probeDeclarations } from '../support/probe/declarations.js';
import { prepareProbeTemplate } from '../support/probe/prepare-template.js';
import { ProbeProcess } from '../support/probe/probe-process.js';
import { runScript } from '../support/process.js';
import { startStandby, Switch } from '../support/standby.js';

describe('a standby', () => {
  let primary: EmbeddedServer;
  let standby: { url: string; server: ServerProcess };
  let connections: Connections;
  let way: Switch | undefined;
  let process: ProbeProcess | undefined;

  beforeAll(async () => {
    const first = await startEmbeddedServer({ dataDir: join(folder, 'primary') });
    await prepareProbeTemplate(first.url, declarationOf('platform'));
    await first.stop();
    await cp(join(folder, 'primary'), join(folder, 'standby'), { recursive: true });
    primary = await startEmbeddedServer({ dataDir: join(folder, 'primary') });
    standby = await startStandby(join(folder, 'standby'), primary.url);
    connections = await prepareDatabase(primary.url, probeDeclarations());
  }, 120_000);
  afterAll(async () => {
    await process?.close();
    await way?.close();
    await primary.stop();
    await standby.server.stop();
  });

  it('is refused at the start in one line that names the variable, and nothing is left running', async () => {
    const address = new URL(standby.url).host;
    const environment = { DATABASE_URL: standby.url, REMIT_DEV: '1', LOG_LEVEL: 'silent', PORT: '0' };
    const { code, stderr } = await runScript('dist/src/main.js', [], environment);
    const message = `remit: DATABASE_URL (${address}/remit): it leads to a standby, on which nothing can be written. Name the primary.\n`;
    expect([code, stderr]).toEqual([1, message]);
    const given = Object.fromEntries([...connections].map(([module, url]) => [module, url.replace(new URL(primary.url).host, address)])); // prettier-ignore
    const attempt = checkDatabase(given, probeDeclarations()).then(() => 'nothing', explainStart); // prettier-ignore
    expect(await attempt).toMatch(/^REMIT_DB_\w+_URL \(.*\): it leads to a standby/);
  });

  it('to which the log leads is not read until it is the primary, and what ran meanwhile is not lost', async () => {
    way = await Switch.to(primary.url);
    const led = way;
    const through = new Map([...connections].map(([module, url]) => [module, led.through(url)]));
    process = await ProbeProcess.open({ url: primary.url, connections: through, drop: () => Promise.resolve() });
    const delivery = await process.deliver([process.list]);
    const rows = (url: string): Promise<unknown[]> => query(url, 'SELECT gadget_id FROM mirror.gadget_row ORDER BY 1');
    const before = await make(process.work, 'before');
    await eventually(() => rows(primary.url), ({ length }) => length === 1); // prettier-ignore

    // In progress on the primary, and known to the standby: to a snapshot there it is over.
    const writer = new pg.Client({ connectionString: connections.get('probe') });
    await writer.connect();
    await writer.query('BEGIN; SELECT pg_current_xact_id()');
    const during = await make(process.work, 'while one was in progress');
    await eventually(() => rows(standby.url), ({ length }) => length === 2); // prettier-ignore
    await writer.end();

    way.lead(standby.url);
    const polledAt = delivery.feed.latest.watermark;
    const reader = new LogReader(process.bus, CASEWORK.relatedBy);
    for (const read of [
      () => reader.snapshot(),
      () => reader.read(BEGINNING, 10),
      () => reader.about(before.gadgetId, BEGINNING).next(),
      () => reader.lastPosition(),
      () => reader.passed([{ eventId: before.publishedEventId, snapshot: BEGINNING.snapshot, run: '' }]),
    ])
      // The first to use a connection that was cut is told only that.
      await eventually(
        () => read().then(() => 'read', (error: unknown) => error),
        (outcome) => outcome === 'read' || outcome instanceof StandbyError,
      ).then((outcome) => expect(outcome).toBeInstanceOf(StandbyError)); // prettier-ignore
    await delivery.feed.fresh();
    expect(delivery.feed.latest.watermark).toEqual(polledAt);

    await primary.stop();
    await query(standby.url, 'SELECT pg_promote()');
    const after = await make(process.work, 'after the failover');
    const all = [before, during, after].map(({ gadgetId }) => gadgetId).sort();
    await eventually(() => rows(standby.url), ({ length }) => length === 3); // prettier-ignore
    expect(await rows(standby.url)).toEqual(all);
  });
});
