import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { asServer, type ServerAccount } from './server-account.js';
import type { ServerLog } from './server-log.js';

const SHUTDOWN = [
  // Fast: no new connections, transactions rolled back, a checkpoint.
  { signal: 'SIGINT', milliseconds: 20_000 },
  // Immediate: replays its log at the next start.
  { signal: 'SIGQUIT', milliseconds: 5_000 },
  { signal: 'SIGKILL', milliseconds: 5_000 },
] as const;

export interface ServerProcess {
  /** Undefined when it could not be started at all. */
  pid: number | undefined;
  /** The reason for which it ended. Pending as long as it lives. */
  exited: Promise<string>;
  /** Shuts it down, ever less politely, and resolves when it has ended. */
  stop(): Promise<void>;
}

/**
 * Starts the postmaster in a session of its own: Ctrl-C goes to the whole process group of the terminal, and the
 * database has to outlive the requests that the application is still draining. The price is that a SIGKILL of our
 * group leaves it running; the next start finds and ends it.
 */
export function spawnServer(
  program: string,
  args: string[],
  account: ServerAccount | undefined,
  log: ServerLog,
): ServerProcess {
  const child = spawn(program, args, {
    ...asServer(account),
    detached: true,
    stdio: ['ignore', log.descriptor, log.descriptor],
  });
  // Signals are left to the application. This is for an exit that nobody could await a stop in.
  const shutDownAtExit = (): void => {
    child.kill('SIGINT');
  };
  process.once('exit', shutDownAtExit);
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => {
      resolve(error.message);
    });
    child.once('exit', (code, signal) => {
      resolve(signal ? `signal ${signal}` : `exit code ${code ?? 0}`);
    });
  }).finally(() => process.off('exit', shutDownAtExit));
  return {
    pid: child.pid,
    exited,
    async stop() {
      for (const { signal, milliseconds } of SHUTDOWN) {
        child.kill(signal);
        const timer = new AbortController();
        const ended = await Promise.race([
          exited.then(() => true),
          sleep(milliseconds, false, { signal: timer.signal }).catch(() => false),
        ]);
        timer.abort();
        if (ended) return;
      }
    },
  };
}
