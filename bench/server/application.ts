import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { executablePath } from '../../src/platform/base/configuration.js';
import type { Cleanup } from '../run/cleanup.js';

/** The application as a user runs it, as a process of its own on a free port. */
export interface Application {
  baseUrl: string;
  pid: number;
  /** Milliseconds from the start of the process until `/readyz` said 200. */
  readyAfterMs: number;
  token(actorId: string): Promise<string>;
  stop(): Promise<void>;
}

const STOP_WITHIN_MS = 20_000;
const POLL_MS = 20;

/** @throws Error with what it printed last when it ends before it is ready */
export async function startApplication(
  environment: Readonly<Record<string, string>>,
  cleanup: Cleanup,
): Promise<Application> {
  const port = await freePort();
  const baseUrl = `http://127.0.0.1:${port}`;
  const startedAt = performance.now();
  const child = spawn(process.execPath, ['dist/src/main.js'], {
    env: {
      PATH: executablePath() ?? '',
      PORT: String(port),
      LOG_LEVEL: 'warn',
      REMIT_RATE_LIMIT: '1000000',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  const stop = async (): Promise<void> => {
    if (child.exitCode === null) child.kill('SIGTERM');
    const killing = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
    await exited;
    clearTimeout(killing);
  };
  cleanup.add(stop);
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    createInterface(stream).on('line', (line) => {
      printed.push(line);
      if (printed.length > 20) printed.shift();
    });
  while (!(await isReady(baseUrl))) {
    if (child.exitCode !== null) throw new Error(`Remit ended before it was ready:\n${printed.join('\n')}`);
    await pause(POLL_MS);
  }
  const readyAfterMs = performance.now() - startedAt;
  return { baseUrl, pid: child.pid ?? 0, readyAfterMs, token: (actorId) => tokenOf(baseUrl, actorId), stop };
}

const isReady = async (baseUrl: string): Promise<boolean> => {
  const answer = await fetch(`${baseUrl}/readyz`).catch(() => undefined);
  return answer?.status === 200;
};

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function tokenOf(baseUrl: string, actorId: string): Promise<string> {
  const answer = await fetch(`${baseUrl}/api/v1/dev/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ actorId }),
  });
  return ((await answer.json()) as { accessToken: string }).accessToken;
}
