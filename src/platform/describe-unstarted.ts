import { Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { CONFIGURATION } from './base/configuration.js';
import { prefixRoutes } from './http/create-server.js';
import { openApiOf } from './http/openapi.js';
import type { Declaration } from './ownership/declaration.js';

/** Stands where a started application would have the thing itself: a preview makes no object and calls nothing. */
const UNMADE = {} as never;

@Module({ providers: [{ provide: CONFIGURATION, useValue: UNMADE }], exports: [CONFIGURATION] })
class UnmadeModule {}

/**
 * The description of the API of an application that is wired and not started, for tools that read it from a file. It
 * needs no database.
 */
export async function describeUnstarted(
  application: DynamicModule,
  declared: readonly Declaration[],
): Promise<OpenAPIObject> {
  const root = { module: UnmadeModule, global: true, imports: [application] };
  const app = await NestFactory.create<NestFastifyApplication>(root, new FastifyAdapter(), {
    preview: true,
    logger: false,
    abortOnError: false,
  });
  prefixRoutes(app);
  return openApiOf(app, declared);
}
