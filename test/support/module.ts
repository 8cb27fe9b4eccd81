import { createHash, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { readConfiguration } from '../../src/casework/configuration.js';
import { CASEWORK } from '../../src/casework/domain.js';
import { demonstration } from '../../src/casework/identity/identity-of.js';
import { ServerBudgets } from '../../src/platform/database/server-budgets.js';
import { createServer } from '../../src/platform/http/create-server.js';
import { Kernel } from '../../src/platform/kernel/kernel.js';
import { PlatformModule, type PlatformOptions } from '../../src/platform/platform.module.js';
import { declarations } from '../../src/platform/start.js';
import { Log } from '../../src/platform/telemetry/log.js';
import { cloneDatabase, type TestDatabase } from './database.js';
import { ForeignLog } from './log.js';
import { Officer } from './officer.js';

/** One module over HTTP on a database of its own; the others are played by the log. */
export interface TestModule {
  app: NestFastifyApplication;
  database: TestDatabase;
  log: ForeignLog;
  baseUrl: string;
  /** Speaks to the API as a demo officer. */
  as(actorId: string): Officer;
  stop(): Promise<void>;
}

const identity = demonstration(createHash('sha256').update('tests').digest());

@Module({})
class OneModule {
  static with(module: Type, options: PlatformOptions): DynamicModule {
    return { module: OneModule, imports: [PlatformModule.with(options), module] };
  }
}

/**
 * @param database one that is already there, which is then left there
 * @param alone false for several processes on one database
 */
export async function startModule(
  module: Type,
  { database: given, alone = true }: { database?: TestDatabase; alone?: boolean } = {},
): Promise<TestModule> {
  const database = given ?? (await cloneDatabase());
  const log = new Log('fatal');
  const foundation = {
    declarations: declarations(),
    connections: database.connections,
    budgets: new ServerBudgets(() => 40),
    relatedBy: CASEWORK.relatedBy,
    alone,
  };
  const options = { foundation, log, ...identity };
  const evidenceDir = join(tmpdir(), `remit-evidence-${randomUUID()}`);
  const configuration = { ...readConfiguration({}), evidenceDir };
  const app = await createServer(OneModule.with(module, options), configuration, log);
  await app.listen(0, '127.0.0.1');
  const baseUrl = `${(await app.getUrl()).replace('[::1]', '127.0.0.1')}/api/v1`;
  const foreign = new ForeignLog(database.connections, () => {
    app.get(Kernel).delivery.committed();
  });
  return {
    app,
    database,
    log: foreign,
    baseUrl,
    as: (actorId) => new Officer(baseUrl, actorId),
    stop: async () => {
      await Promise.all([app.close(), foreign.close()]);
      await rm(evidenceDir, { recursive: true, force: true });
      if (!given) await database.drop();
    },
  };
}
