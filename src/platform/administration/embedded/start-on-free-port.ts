import { join } from 'node:path';
import { choosePort, rememberPort } from './port.js';
import { ServerEndedError, untilReady } from './readiness.js';
import type { ServerAccount } from './server-account.js';
import { ServerLog } from './server-log.js';
import { spawnServer, type ServerProcess } from './server-process.js';

interface Start {
  dataDir: string;
  program: string;
  account: ServerAccount | undefined;
  /** The newer one last, when it is not known which the server has. */
  passwords: readonly string[];
  cluster: string;
}

const TRIES = 5;

/**
 * Starts the server and waits until it is ready. Between the choice of a port and the server's taking it another
 * process may come first; then another port is tried.
 *
 * @throws Error with the last lines of the server's log when it ends before it is ready. Nothing is left running.
 */
export async function startOnFreePort(
  argumentsFor: (port: number) => string[],
  start: Start,
): Promise<{ process: ServerProcess; port: number; password: string }> {
  for (let attempt = 1; ; attempt++) {
    const port = await choosePort(start.dataDir);
    const log = await ServerLog.open(join(start.dataDir, 'postgres.log'));
    const server = spawnServer(start.program, argumentsFor(port), start.account, log);
    try {
      const password = await untilReady({ port, passwords: start.passwords, cluster: start.cluster }, server);
      await rememberPort(start.dataDir, port);
      return { process: server, port, password };
    } catch (error) {
      await server.stop();
      if (!(error instanceof ServerEndedError)) throw error;
      const tail = await log.tail();
      if (attempt === TRIES || !/could not bind|could not create any TCP/.test(tail))
        throw new Error(`${error.message} The last lines of ${log.path}:\n${tail}`, { cause: error });
    } finally {
      await log.close();
    }
  }
}
