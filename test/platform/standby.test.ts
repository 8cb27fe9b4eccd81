import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import pg from 'pg';
import { prepareDatabase, checkDatabase } from '../../src/platform/database/prepare-database.js';
import { explainStart } from '../../src/platform/explain-start.js';
import { LogReader } from '../../src/platform/messaging/log-reader.js';
import { StandbyError } from '../../src/platform/messaging/server-run.js';
import { eventually } from '../support/eventually.js';
import { folder, query, running, start } from '../support/embedded-servers.js';
import { make } from '../support/probe/commands.js';
import { probeDeclarations } from '../support/probe/declarations.js';
import { ProbeProcess } from '../support/probe/probe-process.js';
import { standbyOf, Switch } from '../support/standby.js';

const said = (attempt: Promise<unknown>): Promise<string> => attempt.then(() => 'nothing', explainStart);
const portOf = (url: string): number => Number(new URL(url).port);

it('a log that leads to a standby is not read until that is the primary, and what ran meanwhile is not lost', async () => {
  const first = await start('primary');
  await prepareDatabase(first.url, probeDeclarations());
  await first.stop();
  running.length = 0;
  const primary = await start('primary');
  const standby = await standbyOf(join(folder, 'primary'), join(folder, 'standby'), primary.url, primary.port);
  running.push({ ...primary, url: standby.url, stop: () => standby.server.stop() });
  const connections = await prepareDatabase(primary.url, probeDeclarations());
  const way = await Switch.to(primary.port);
  const through = new Map([...connections].map(([module, url]) => [module, way.through(url)]));

  const process = await ProbeProcess.open({ url: primary.url, connections: through, drop: () => Promise.resolve() });
  const delivery = await process.deliver([process.list]);
  const rows = (url: string): Promise<unknown[]> => query(url, 'SELECT gadget_id FROM mirror.gadget_row ORDER BY 1');
  const before = await make(process.work, 'before');
  await eventually(() => rows(primary.url), (found) => found.length === 1); // prettier-ignore

  // In progress on the primary, and known to the standby: to a snapshot there it is over.
  const writer = new pg.Client({ connectionString: connections.get('probe') });
  await writer.connect();
  await writer.query('BEGIN; SELECT pg_current_xact_id()');
  const during = await make(process.work, 'while one was in progress');
  await eventually(() => rows(standby.url), (found) => found.length === 2); // prettier-ignore
  await writer.end();

  way.lead(portOf(standby.url));
  const looked = delivery.feed.latest.seenAt;
  await expect(new LogReader(process.bus).snapshot()).rejects.toThrow(StandbyError);
  await delivery.feed.fresh();
  expect(delivery.feed.latest.seenAt).toEqual(looked);
  const given = Object.fromEntries([...connections].map(([module, url]) => [module, url.replace(`:${primary.port}/`, `:${portOf(standby.url)}/`)])); // prettier-ignore
  expect(await said(prepareDatabase(standby.url, probeDeclarations()))).toMatch(
    /^DATABASE_URL \(.*\): it leads to a standby/,
  );
  expect(await said(checkDatabase(given, probeDeclarations()))).toMatch(
    /^REMIT_DB_\w+_URL \(.*\): it leads to a standby/,
  );

  await primary.stop();
  await query(standby.url, 'SELECT pg_promote()');
  const after = await make(process.work, 'after the failover');
  const all = [before, during, after].map(({ gadgetId }) => gadgetId).sort();
  await eventually(() => rows(standby.url), (found) => found.length === 3); // prettier-ignore
  expect(await rows(standby.url)).toEqual(all);
  await process.close();
  await way.close();
});
