import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { cpus, loadavg, totalmem, arch, platform } from 'node:os';
import { promisify } from 'node:util';
import pg from 'pg';

const run = promisify(execFile);

export interface Machine {
  processor: string;
  cores: number;
  memoryGiB: number;
  system: string;
  /** One-minute load average when the run began: others on the machine make every figure smaller. */
  loadAtStart: number;
}

export const machine = (): Machine => ({
  processor: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  system: `${platform()} ${arch()}`,
  loadAtStart: loadavg()[0] ?? NaN,
});

/** What was measured with what; the database's settings that decide over commits included. */
export async function versions(url: string): Promise<Record<string, string>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string; setting: string }>(
      `SELECT name, setting FROM pg_settings
       WHERE name IN ('server_version', 'fsync', 'synchronous_commit', 'shared_buffers', 'full_page_writes')`,
    );
    const packages = ['@nestjs/core', 'fastify', 'typeorm', 'pg', 'graphile-worker', 'pg-boss'];
    const installed = await Promise.all(packages.map(async (name) => [name, await versionOf(name)] as const));
    return {
      node: process.version,
      ...Object.fromEntries(rows.map(({ name, setting }) => [`postgresql ${name}`, setting])),
      ...Object.fromEntries(installed),
    };
  } finally {
    await client.end();
  }
}

export async function versionOf(name: string): Promise<string> {
  const description: unknown = JSON.parse(await readFile(`node_modules/${name}/package.json`, 'utf8'));
  return (description as { version: string }).version;
}

/** The commit that is measured, and whether the tree differs from it. */
export async function commit(): Promise<string> {
  try {
    const { stdout: head } = await run('git', ['rev-parse', '--short=12', 'HEAD']);
    const { stdout: changed } = await run('git', ['status', '--porcelain', '--untracked-files=no']);
    return `${head.trim()}${changed.trim() === '' ? '' : ' with changes'}`;
  } catch {
    return 'unknown';
  }
}
