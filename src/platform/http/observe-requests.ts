import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DeliveryMetrics } from '../telemetry/metrics.js';
import type { Log } from '../telemetry/log.js';
import { correlationIdOf, type RemitRequest } from './request.js';

/** Those who run the container ask for these all the time. */
const UNREMARKABLE = ['/healthz', '/readyz', '/metrics'];

/**
 * Measures each request, and writes one line of it: the route's pattern, never the address, whose query may name
 * somebody.
 */
export function observeRequests(app: NestFastifyApplication, log: Log): void {
  const { requests } = app.get(DeliveryMetrics);
  const server = app.getHttpAdapter().getInstance();
  server.addHook('onRequest', (request: RemitRequest, _, done) => {
    request.startedAt = process.hrtime.bigint();
    done();
  });
  server.addHook('onResponse', (request: RemitRequest, reply, done) => {
    if (request.startedAt === undefined) {
      done();
      return;
    }
    const ms = Number(process.hrtime.bigint() - request.startedAt) / 1e6;
    const { method, call } = request;
    const route = request.routeOptions.url ?? 'none';
    const status = reply.statusCode;
    requests.observe({ method, route, status }, ms / 1e3);
    const line = {
      correlationId: correlationIdOf(request),
      ...(call && { commandId: call.commandId, actorId: call.actor.actorId }),
      method,
      route,
      status,
      ms: Math.round(ms * 10) / 10,
    };
    log.pino[UNREMARKABLE.includes(route) ? 'debug' : 'info'](line, 'request');
    done();
  });
}
