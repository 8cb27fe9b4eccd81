import { readConfiguration } from '../../casework/configuration.js';
import { attestationsOf } from '../../platform/administration/attestation.js';
import type { Configuration } from '../../platform/base/configuration.js';
import { InstanceRunningError } from '../../platform/administration/embedded/embedded-server.js';
import { runningServerUrl } from '../../platform/administration/embedded/running-server.js';
import { administratorOf } from '../../platform/start.js';
import { Log } from '../../platform/telemetry/log.js';
import { unstarted } from '../unstarted.js';

/**
 * Runs work with an administrator's connection: the given server, the one that is running, or one started for it.
 * @param otherwise where modules' own connections alone are given; without it, that is refused
 */
export async function withAdministrator(
  work: (url: string, configuration: Configuration) => Promise<void>,
  otherwise?: (configuration: Configuration) => Promise<void>,
): Promise<void> {
  const configuration = readConfiguration(undefined, { serving: false });
  const administrator = await administratorOf(configuration, new Log('silent')).catch(async (error: unknown) => {
    const url = error instanceof InstanceRunningError ? await runningServerUrl(configuration.dataDir) : undefined;
    if (!url) throw error;
    return { url, embedded: undefined };
  });
  if (!administrator && otherwise) return otherwise(configuration);
  if (!administrator) throw new Error('DATABASE_URL must name an administrator\u2019s connection for this.');
  try {
    await work(administrator.url, configuration);
  } finally {
    await administrator.embedded?.stop();
  }
}

/** What the modules of this application attest; none of them is started for it. */
export const attestations = (): ReturnType<typeof attestationsOf> => attestationsOf(unstarted());

export const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
