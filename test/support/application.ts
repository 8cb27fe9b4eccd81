import { createHash, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { readConfiguration, type CaseworkConfiguration } from '../../src/casework/configuration.js';
import { CASEWORK } from '../../src/casework/domain.js';
import { demonstration } from '../../src/casework/identity/identity-of.js';
import { AppModule } from '../../src/app.module.js';
import { ServerBudgets } from '../../src/platform/database/server-budgets.js';
import { createServer } from '../../src/platform/http/create-server.js';
import type { Identity } from '../../src/platform/identity/identity.js';
import { declarations } from '../../src/platform/start.js';
import { Log } from '../../src/platform/telemetry/log.js';
import { cloneDatabase, type TestDatabase } from './database.js';
import { Officer } from './officer.js';

/** The whole application over HTTP, on a database of its own. */
export interface TestApplication {
  app: NestFastifyApplication;
  database: TestDatabase;
  baseUrl: string;
  /** Where the contents of evidence lie. */
  evidenceDir: string;
  /** Speaks to the API as a demo officer. */
  as(actorId: string): Officer;
  stop(): Promise<void>;
}

export interface StartOptions {
  configuration?: Partial<CaseworkConfiguration>;
  database?: TestDatabase;
  /** Whether nobody else uses the database; true unless given. */
  alone?: boolean;
  logLevel?: string;
  /** Who vouches for callers, instead of the issuer of the tests. */
  identity?: Identity;
  /** Takes the lines of the log instead of the standard output. */
  logTo?: { write(line: string): void };
}

/** What the issuer of the tests signs with. */
export const TEST_SEED = createHash('sha256').update('tests').digest();
const DEMONSTRATION = demonstration(TEST_SEED);

export async function startApplication(options: StartOptions = {}): Promise<TestApplication> {
  const database = options.database ?? (await cloneDatabase());
  const evidenceDir = join(tmpdir(), `remit-evidence-${randomUUID()}`);
  const configuration = { ...readConfiguration({}), evidenceDir, ...options.configuration };
  const log = new Log(options.logLevel ?? 'fatal', options.logTo);
  const { databaseConnections = 41 } = configuration;
  const { alone = true } = options;
  const { connections } = database;
  const budgets = await ServerBudgets.of(connections, alone, databaseConnections);
  const { archiveDir } = configuration;
  const { relatedBy } = CASEWORK;
  const foundation = { declarations: declarations(), connections, budgets, archiveDir, relatedBy, alone };
  const app = await createServer(
    AppModule.with({ foundation, log, ...(options.identity ?? DEMONSTRATION) }),
    configuration,
    log,
  );
  await app.listen(0, '127.0.0.1');
  const baseUrl = (await app.getUrl()).replace('[::1]', '127.0.0.1');
  return {
    app,
    database,
    baseUrl,
    evidenceDir: configuration.evidenceDir,
    as: (actorId) => new Officer(`${baseUrl}/api/v1`, actorId),
    stop: async () => {
      await app.close();
      await rm(evidenceDir, { recursive: true, force: true });
      if (!options.database) await database.drop();
    },
  };
}
