import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Officer } from './officer.js';
import { RemitProcess } from './process.js';

/** A running application, as whoever has its address and tokens sees it. */
export interface Remit {
  /** Without the API's prefix. */
  readonly baseUrl: string;
  /** Speaks to the API as a demo officer. */
  as(actorId: string): Officer;
}

/** An application that a test has to itself. */
export interface OwnRemit extends Remit {
  stop(): Promise<void>;
}

/** What the run's setup answers. */
async function fromSetup(path: string): Promise<string> {
  const setup = process.env.REMIT_TEST_JOURNEYS;
  if (!setup) throw new Error('Nothing prepared the run: run the tests through npm test.');
  const response = await fetch(`${setup}${path}`);
  if (!response.ok) throw new Error(`The run's setup answers ${response.status}: ${await response.text()}`);
  return response.text();
}

/**
 * The application that journeys share: the one that `REMIT_JOURNEY_URL` names, else the built one in a process of its
 * own, started when the first journey asks for it. Each journey works on what it has made itself, for others are there.
 */
export async function theApplication(): Promise<Remit> {
  const baseUrl = process.env.REMIT_JOURNEY_URL ?? (await fromSetup('/application'));
  return { baseUrl, as: (actorId) => new Officer(`${baseUrl}/api/v1`, actorId) };
}

/** One for a test that changes what all share: its configuration, its clock, its delivery. */
export async function anApplication(environment: Record<string, string> = {}): Promise<OwnRemit> {
  const dataDir = await mkdtemp(join(tmpdir(), 'remit-journey-'));
  const own = { DATABASE_URL: await fromSetup('/database'), REMIT_DEV: '1', ...environment };
  const remit = await RemitProcess.start(dataDir, own);
  return {
    baseUrl: remit.baseUrl,
    as: (actorId) => remit.as(actorId),
    stop: async () => {
      await remit.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
