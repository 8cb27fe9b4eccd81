import { createHmac } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Administration } from './administration.js';
import type { Configuration } from './configuration.js';
import { startEmbeddedServer, type EmbeddedServer } from './database/embedded/embedded-server.js';
import { checkDatabase, prepareDatabase } from './database/prepare-database.js';
import { connectionsOf, mostConnections, poolSizeFor } from './database/pool-size.js';
import { createServer } from './http/create-server.js';
import { DevelopmentIssuer } from './identity/development-issuer.js';
import { ClaimsDirectory, DemoDirectory } from './identity/directories.js';
import { OidcVerifier } from './identity/oidc-verifier.js';
import { loadDeclarations } from './ownership/load-declarations.js';
import type { PlatformOptions } from './platform.module.js';
import { Log } from './telemetry/log.js';

const SOURCE_ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');

/** A started application, and everything that must be stopped with it. */
export interface Running {
  app: NestFastifyApplication;
  log: Log;
  /** Stops taking requests, lets those under way end, then delivery, then the embedded server. Repeatable. */
  stop(): Promise<void>;
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
 */
export async function start(
  configuration: Configuration,
  applicationModule: (options: PlatformOptions) => DynamicModule,
): Promise<Running> {
  const log = new Log(configuration.logLevel);
  const declared = declarations();
  const administrator = await administratorOf(configuration, log);
  const administration = administrator && new Administration(configuration, declared, log);
  let app: NestFastifyApplication | undefined;
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= (async () => {
      administration?.stop();
      await app?.close();
      await administrator?.embedded?.stop();
    })();
    return stopping;
  };
  try {
    const connections = administrator
      ? await prepareDatabase(administrator.url, declared, configuration.moduleUrls)
      : await checkDatabase(configuration.moduleUrls, declared);
    const alone = administrator?.embedded !== undefined;
    const poolSize = configuration.databasePoolSize ?? poolSizeFor(await connectionsOf(connections.get('platform') ?? ''), declared.length, alone); // prettier-ignore
    log.log(`This process opens at most ${mostConnections(poolSize, declared.length)} connections to the database.`);
    const renewed = administration?.renewed;
    const foundation = { declarations: declared, connections, poolSize, alone, ...(renewed && { renewed }) };
    administration?.start();
    app = await createServer(
      applicationModule({ foundation, log, ...identityOf(configuration, administrator?.url) }),
      configuration,
      log,
    );
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
  } catch (error) {
    await stop();
    throw error;
  }
  return { app, log, stop, databaseEnded: administrator?.embedded?.ended ?? new Promise(() => undefined) };
}

function identityOf(
  { development, oidcIssuer, oidcAudience }: Configuration,
  administratorUrl: string | undefined,
): Pick<PlatformOptions, 'verifier' | 'directory' | 'developmentIssuer'> {
  if (development && administratorUrl) {
    // From what every process on this database knows, so that each accepts the others' tokens.
    const seed = createHmac('sha256', new URL(administratorUrl).password).update('development issuer').digest();
    const developmentIssuer = new DevelopmentIssuer(seed);
    return { verifier: developmentIssuer, directory: new DemoDirectory(), developmentIssuer };
  }
  return { verifier: new OidcVerifier(oidcIssuer ?? '', oidcAudience), directory: new ClaimsDirectory() };
}
