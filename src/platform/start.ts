import { setTimeout as pause } from 'node:timers/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Administration } from './administration/administration.js';
import type { Configuration } from './base/configuration.js';
import { startEmbeddedServer, type EmbeddedServer } from './administration/embedded/embedded-server.js';
import { checkDatabase, prepareDatabase } from './administration/prepare-database.js';
import { ServerBudgets } from './database/server-budgets.js';
import type { Domain } from './domain.js';
import { createServer } from './http/create-server.js';
import { Kernel } from './kernel/kernel.js';
import type { Probe } from './kernel/probe.js';
import { loadDeclarations } from './ownership/load-declarations.js';
import type { PlatformOptions } from './platform.module.js';
import { Log } from './telemetry/log.js';

const SOURCE_ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Below the half minute that containers are given to end by themselves. */
const STOP_LIMIT_MS = 25_000;

/** A started application, and everything that must be stopped with it. */
export interface Running {
  app: NestFastifyApplication;
  log: Log;
  /**
   * Says that it is not ready, for as long as configured; then takes no more requests, lets those under way end, then
   * delivery, then the embedded server. Repeatable.
   * @throws Error when not everything ended by itself in time, or was hurried; the embedded server has ended even then
   */
  stop(): Promise<void>;
  /** Whatever a stop is still waiting for is given up. */
  hurry(): void;
  /** Resolves with why, if the embedded server ends by itself. */
  databaseEnded: Promise<string>;
}

export const declarations = (): ReturnType<typeof loadDeclarations> => loadDeclarations(SOURCE_ROOT);

/** An administrator's connection: the given server, or the embedded one, which is started for it. */
export async function administratorOf(
  configuration: Configuration,
  log: Log,
): Promise<{ url: string; embedded?: EmbeddedServer } | undefined> {
  if (configuration.databaseUrl) return { url: configuration.databaseUrl };
  if (Object.keys(configuration.moduleUrls).length > 0) return undefined;
  const embedded = await startEmbeddedServer({
    dataDir: configuration.dataDir,
    log: (line) => {
      log.log(line, 'embedded PostgreSQL');
    },
  });
  return { url: embedded.url, embedded };
}

/**
 * Starts everything that the configuration names, in order, but does not listen yet. What was started is stopped
 * again when a later step fails.
 * @param probe for tests of faults alone
 */
export async function start(
  configuration: Configuration,
  applicationModule: (options: PlatformOptions) => DynamicModule,
  domain: Domain,
  probe?: Probe,
): Promise<Running> {
  const log = new Log(configuration.logLevel);
  const declared = declarations();
  const identity = await domain.identityOf(configuration, log);
  const administrator = await administratorOf(configuration, log);
  const administration = administrator && new Administration(configuration, declared, log);
  const hurried = new AbortController();
  let app: NestFastifyApplication | undefined;
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= (async () => {
      administration?.stop();
      try {
        if (app) await stopServing(app, configuration.drainSeconds, hurried.signal);
      } finally {
        identity.close();
        await administrator?.embedded?.stop();
      }
    })();
    return stopping;
  };
  try {
    const connections = administrator
      ? await prepareDatabase(administrator.url, declared, configuration.moduleUrls)
      : await checkDatabase(configuration.moduleUrls, declared);
    const alone = administrator?.embedded !== undefined;
    const budgets = await ServerBudgets.of(connections, alone, configuration.databaseConnections);
    log.log(`This process opens at most ${ServerBudgets.inWords(connections, budgets)}.`);
    const renewed = administration?.renewed;
    const { archiveDir } = configuration;
    const { relatedBy } = domain;
    const known = { declarations: declared, connections, budgets, archiveDir, relatedBy, alone };
    const foundation = { ...known, ...(renewed && { renewed }), ...(probe && { probe }) };
    administration?.start();
    const options = {
      foundation,
      log,
      ...identity.optionsFor(administrator?.url ?? connections.get('platform') ?? ''),
    };
    app = await createServer(applicationModule(options), configuration, log);
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
  } catch (error) {
    await stop();
    throw error;
  }
  const databaseEnded = administrator?.embedded?.ended ?? new Promise<string>(() => undefined);
  return { app, log, stop, hurry: () => hurried.abort(), databaseEnded };
}

async function stopServing(app: NestFastifyApplication, drainSeconds: number, hurried: AbortSignal): Promise<void> {
  if (app.getHttpServer().listening) {
    app.get(Kernel).drain();
    await pause(drainSeconds * 1000, undefined, { signal: hurried }).catch(() => undefined);
  }
  const limit = pause(STOP_LIMIT_MS, 'limit' as const, { signal: hurried, ref: false }).catch(() => 'hurried' as const);
  const outcome = await Promise.race([app.close(), limit]);
  if (outcome !== undefined)
    throw new Error(
      `Not everything under way had ended (${outcome}). Whoever had no answer repeats the command under its key.`,
    );
}
