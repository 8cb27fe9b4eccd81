import { AppModule } from './app.module.js';
import { readConfiguration } from './casework/configuration.js';
import { CASEWORK } from './casework/domain.js';
import { explainStart } from './platform/explain-start.js';
import type { Probe } from './platform/kernel/probe.js';
import { start } from './platform/start.js';

/** A refused start is one line for an operator; its stack would only hide it. */
function refuseToStart(error: unknown): void {
  process.stderr.write(`remit: ${explainStart(error)}\n`);
  process.exit(1);
}

async function serve(probe?: Probe): Promise<void> {
  const configuration = readConfiguration();
  const running = await start(configuration, (options) => AppModule.with(options), CASEWORK, probe);
  const { app, log, databaseEnded } = running;
  let stopping = false;
  const shutDown = (reason: string, exitCode: number): void => {
    if (stopping) {
      running.hurry();
      return;
    }
    stopping = true;
    log.log(`Stopping: ${reason}.`);
    running.stop().then(
      () => process.exit(exitCode),
      (error: unknown) => {
        log.error(`The stop was not clean. ${(error as Error).message}`);
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => { shutDown(signal, 0); }); // prettier-ignore
  void databaseEnded.then((reason) => {
    shutDown(`the embedded PostgreSQL ended (${reason})`, 1);
  });
  await app.listen(configuration.port, configuration.host).catch(async (error: unknown) => {
    await running.stop();
    throw error;
  });
  log.log(`Remit is ready at ${await app.getUrl()} (API description at /api/docs).`);
}

/**
 * The process of a server, from its configuration to its exit code.
 * @param probe for tests of faults alone, which have an entry point of their own
 */
export const runServer = (probe?: Probe): Promise<void> => serve(probe).catch(refuseToStart);
