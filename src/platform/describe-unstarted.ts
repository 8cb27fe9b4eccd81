import { Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { CONFIGURATION } from './base/configuration.js';
import { prefixRoutes } from './http/create-server.js';
import { openApiOf } from './http/openapi.js';
import type { Identity } from './identity/identity.js';
import type { PlatformOptions } from './platform.module.js';
import { declarations } from './start.js';

/** Stands where a started application would have the thing itself: a preview makes no object and calls nothing. */
const UNMADE = {} as never;

@Module({ providers: [{ provide: CONFIGURATION, useValue: UNMADE }], exports: [CONFIGURATION] })
class UnmadeModule {}

/**
 * The description of the API as a development machine serves it, for tools that read it from a file. It needs no
 * database: nothing of the application is started.
 * @param development helpers that such a machine has
 */
export async function describeUnstarted(
  applicationModule: (options: PlatformOptions) => DynamicModule,
  development: Identity['development'],
): Promise<OpenAPIObject> {
  const declared = declarations();
  const options: PlatformOptions = {
    foundation: { declarations: declared, connections: new Map(), budgets: UNMADE, relatedBy: '', alone: true },
    ...{ log: UNMADE, verifier: UNMADE, directory: UNMADE },
    ...(development && { development }),
  };
  const root = { module: UnmadeModule, global: true, imports: [applicationModule(options)] };
  const app = await NestFactory.create<NestFastifyApplication>(root, new FastifyAdapter(), {
    preview: true,
    logger: false,
    abortOnError: false,
  });
  prefixRoutes(app);
  return openApiOf(app, declared);
}
