import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  startEmbeddedServer,
  type EmbeddedServer,
} from '../../src/platform/administration/embedded/embedded-server.js';
import { asServerAdministrator } from '../support/database.js';

interface Report {
  most: number;
  answered: number[];
  faults: string[];
}

const MODULES = 17;
const SECONDS = 4;
const script = fileURLToPath(new URL('../support/many-modules.js', import.meta.url));

describe('two processes of seventeen modules and the log', () => {
  let folder: string;
  let server: EmbeddedServer;
  const children: ChildProcess[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'remit-connections-'));
    // As root the server runs as somebody else, who has to get there.
    await chmod(folder, 0o755);
    server = await startEmbeddedServer({ dataDir: folder, settings: { max_connections: '100' } });
  });
  afterAll(async () => {
    for (const child of children) child.kill();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** @returns how to end its load and hear what became of it, once it is under way */
  async function begin(): Promise<() => Promise<Report>> {
    const child = spawn(process.execPath, [script, server.url, String(MODULES + 1)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    children.push(child);
    const lines = createInterface(child.stdout);
    const ended = once(lines, 'close').then(() => undefined);
    const line = async (): Promise<unknown> =>
      Promise.race([once(lines, 'line').then(([text]) => text as string), ended]);
    expect(await line()).toBe('ready');
    return async () => {
      const report = line();
      child.stdin.end();
      return JSON.parse(String(await report)) as Report;
    };
  }

  it('go on in every module on a server as it comes, and never open more than they may', async () => {
    const processes = await Promise.all([begin(), begin()]);
    const seen = await asServerAdministrator(async (admin) => {
      let most = 0;
      for (const end = Date.now() + SECONDS * 1000; Date.now() < end;) {
        const { rowCount } = await admin.query("SELECT FROM pg_stat_activity WHERE application_name LIKE 'remit %'");
        most = Math.max(most, rowCount ?? 0);
      }
      return most;
    }, server.url);
    const reports = await Promise.all(processes.map((end) => end()));
    const may = reports.reduce((sum, { most }) => sum + most, 0);
    // As the server comes: 100 connections, of which three are its superuser's.
    expect(may).toBeLessThanOrEqual(97);
    expect(seen).toBeLessThanOrEqual(may);
    // Else they did not want more than there is, and the test could not fail.
    expect(seen).toBeGreaterThan(may - 10);
    for (const { faults, answered } of reports) {
      expect(faults).toEqual([]);
      expect(answered).toHaveLength(MODULES + 1);
      expect(Math.min(...answered)).toBeGreaterThan(SECONDS);
    }
  });
});
