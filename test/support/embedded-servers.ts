import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, lstat, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, test } from '@jest/globals';
import { Client } from 'pg';
import {
  startEmbeddedServer,
  type EmbeddedServer,
} from '../../src/platform/administration/embedded/embedded-server.js';

/** For anybody else the server is the same account as they are: there is no folder that it alone may not pass. */
export const asRoot = process.getuid?.() === 0 ? test : test.skip;
const compiled = new URL('../../dist/src/platform/administration/embedded/embedded-server.js', import.meta.url).href;

/** Where this file's data folders are. */
export let folder: string;
/** Stopped after each test. */
export const running: EmbeddedServer[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'remit-embedded-'));
  // As root the server runs as somebody else, who has to get there.
  await chmod(folder, 0o755);
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

export const start = async (name: string, log?: (line: string) => void): Promise<EmbeddedServer> => {
  const server = await startEmbeddedServer({ dataDir: join(folder, name), ...(log && { log }) });
  running.push(server);
  return server;
};

export const query = async (url: string, sql: string): Promise<unknown[]> => {
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
    return (await client.query<Record<string, unknown>>(sql)).rows.map((row) => Object.values(row)[0]);
  } finally {
    await client.end();
  }
};

export const withPassword = (url: string, password: string): string => {
  const other = new URL(url);
  other.password = password;
  return other.toString();
};

export const refusal = async (work: Promise<unknown>): Promise<Error> => {
  try {
    await work;
  } catch (error) {
    return error as Error;
  }
  throw new Error('It was not refused.');
};

export const until = async (condition: () => Promise<boolean>): Promise<void> => {
  while (!(await condition())) await sleep(5);
};

/** A Remit of its own, as the leader of its own process group, that prints a line when its script says so. */
export const spawnRemit = (name: string, script: string): ChildProcess =>
  spawn(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `import { Client } from 'pg';
       import { startEmbeddedServer } from ${JSON.stringify(compiled)};
       const server = await startEmbeddedServer({ dataDir: ${JSON.stringify(join(folder, name))} });
       ${script}`,
    ],
    { detached: true, stdio: ['ignore', 'pipe', 'inherit'] },
  );

export const killGroup = async (child: ChildProcess): Promise<void> => {
  process.kill(-(child.pid ?? NaN), 'SIGKILL');
  await once(child, 'exit');
};

export const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );

export const postmasterOf = async (name: string): Promise<number> =>
  Number.parseInt(await readFile(join(folder, name, 'postgres/postmaster.pid'), 'utf8'), 10);

export const firstLine = async (child: ChildProcess): Promise<string> => {
  for await (const chunk of child.stdout ?? []) return String(chunk).trim();
  throw new Error('The process ended without a word.');
};
