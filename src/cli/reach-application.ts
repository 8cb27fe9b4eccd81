import { readConfiguration } from '../casework/configuration.js';
import { InstanceRunningError } from '../platform/administration/embedded/embedded-server.js';

/** A running application, and how to be done with it. */
export interface Reached {
  /** Without a path. */
  url: string;
  stop(): Promise<void>;
}

const ANSWERS_WITHIN_MS = 3_000;

/**
 * The application at the address given; else the one on this machine; else one that is started in this process, on the
 * configured database, for as long as the command takes and for nobody else.
 * @throws Error in one line when there is none and none can be started
 */
export async function reachApplication(given: string | undefined): Promise<Reached> {
  const url = (given ?? localUrl()).replace(/\/+$/, '');
  if (await isReady(url)) return { url, stop: () => Promise.resolve() };
  if (given !== undefined)
    throw new Error(`Remit does not answer at ${url}. Correct --url, or leave it out to do without a running one.`);
  return startHere();
}

const localUrl = (): string => `http://127.0.0.1:${readConfiguration(undefined, { serving: false }).port}`;

async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) });
    // Something else may listen there.
    return ((await response.json()) as { status?: unknown }).status === 'READY';
  } catch {
    return false;
  }
}

async function startHere(): Promise<Reached> {
  const [{ start }, { AppModule }, { CASEWORK }] = await Promise.all([
    import('../platform/start.js'),
    import('../app.module.js'),
    import('../casework/domain.js'),
  ]);
  const configuration = { ...readConfiguration(), logLevel: 'error', drainSeconds: 0 };
  const running = await start(configuration, (options) => AppModule.with(options), CASEWORK).catch((error: unknown) => {
    if (!(error instanceof InstanceRunningError)) throw error;
    throw new Error(`${error.message} If it listens on another port, name it: --url http://127.0.0.1:<port>.`);
  });
  const INTERRUPTED = 130;
  const interrupt = (): void => {
    void running.stop().finally(() => process.exit(INTERRUPTED));
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupt);
  await running.app.listen(0, '127.0.0.1');
  return { url: await running.app.getUrl(), stop: () => running.stop() };
}
