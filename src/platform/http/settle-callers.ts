import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import { Authenticator } from '../identity/authenticator.js';
import type { Policy } from '../policy/policy.js';
import { headerOf, type RemitRequest } from './request.js';
import { routesOf } from './require-policies.js';

interface RoutePolicy {
  policy?: Policy;
}

/**
 * Settles who calls before a body is read: whoever is nobody gets 401, whatever they send and however much of it.
 * After the rate limits, so that nobody can have tokens checked without end.
 */
export function settleCallers(app: NestFastifyApplication): void {
  for (const { handler, policy } of routesOf(app)) {
    const config = Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, handler) as object | undefined;
    Reflect.defineMetadata(FASTIFY_ROUTE_CONFIG_METADATA, { ...config, policy }, handler);
  }
  const authenticator = app.get(Authenticator);
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('preParsing', async (request: RemitRequest) => {
      const { policy } = request.routeOptions.config as RoutePolicy;
      if (!policy || policy.roles === 'PUBLIC') return;
      request.caller = await authenticator.actorOf(headerOf(request, 'authorization'), policy.audience ?? 'remit');
    });
}
