import type { Socket } from 'node:net';
import rateLimit from '@fastify/rate-limit';
import type { FastifyReply } from 'fastify';
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Clock } from '../base/clock.js';
import { CONFIGURATION, type Configuration } from '../base/configuration.js';
import { Authenticator } from '../identity/authenticator.js';
import { refuse } from '../base/refusal.js';
import { Kernel } from '../kernel/kernel.js';
import type { Log } from '../telemetry/log.js';
import { describeEvents } from './asyncapi.js';
import { EventStreams } from './event-streams.js';
import { observeRequests } from './observe-requests.js';
import { describeApi } from './openapi.js';
import { explainProblems } from './problem-pages.js';
import { securityHeaders } from './security-headers.js';
import { allowStreams } from './streams.js';
import { requirePolicies } from './require-policies.js';
import { API_PREFIX } from '../policy/prefix.js';
import { refusalOf } from './problem.filter.js';
import { sendProblem } from './problem.js';
import { answerMethods } from './answer-methods.js';
import { answerInTime } from './answer-in-time.js';
import { correlationIdOf, traceparentOf, type RemitRequest } from './request.js';
import { settleCallers } from './settle-callers.js';
import { answerUnreadable } from './unreadable.js';
import { ValidationPipe } from './validation.pipe.js';

type ApplicationModule = Type | DynamicModule;

/** Puts every route under the API's prefix, but for those that monitors ask. */
export const prefixRoutes = (app: NestFastifyApplication): unknown =>
  app.setGlobalPrefix(API_PREFIX, { exclude: ['healthz', 'readyz', 'metrics'] });

/** Builds the HTTP server around an application module. It listens only when told to. */
export async function createServer(
  applicationModule: ApplicationModule,
  configuration: Configuration,
  log: Log,
): Promise<NestFastifyApplication> {
  const { requestTimeoutMs } = configuration;
  const adapter = new FastifyAdapter({
    bodyLimit: configuration.bodyLimitBytes,
    // Whoever asks and does not read must not hold our memory.
    connectionTimeout: 2 * requestTimeoutMs,
    keepAliveTimeout: 65_000,
    // By default Node looks every half minute for those who are too slow.
    http: { headersTimeout: requestTimeoutMs, connectionsCheckingInterval: Math.min(5_000, requestTimeoutMs / 4) },
    clientErrorHandler: answerUnreadable,
    // While stopping, what comes in on a connection that is still open is answered, and then that is closed.
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    // What no route is reached with: the framework's own answer would name its internals.
    frameworkErrors: (error: Error, request: RemitRequest, reply: FastifyReply) => {
      sendProblem(refusalOf(error) ?? refuse.NOT_FOUND(), request, reply);
    },
  });
  const app = await NestFactory.create<NestFastifyApplication>(configured(applicationModule, configuration), adapter, {
    logger: log,
    abortOnError: false,
    // Nest would add a parser for forms, by which any page on the web could post commands.
    bodyParser: false,
  });
  prefixRoutes(app);
  app.useGlobalPipes(new ValidationPipe());
  requirePolicies(app);
  app.get(Clock).timeZone = configuration.timeZone;
  app.get(EventStreams).most = configuration.eventStreams;

  const server = adapter.getInstance();
  server.removeContentTypeParser('text/plain');
  returnHeaders(app);
  answerMethods(app);
  allowStreams(app, requestTimeoutMs);
  await limitRates(app, configuration.rateLimitPerSecond);
  settleCallers(app);
  if (configuration.corsOrigins.length > 0)
    app.enableCors({
      origin: [...configuration.corsOrigins],
      exposedHeaders: ['etag', 'link', 'location', 'x-correlation-id'],
      // OPTIONS is answered here, also where no browser asks.
      strictPreflight: false,
      preflightContinue: true,
    });
  server.addContentTypeParser(
    'text/csv',
    { parseAs: 'buffer', bodyLimit: 16 * configuration.bodyLimitBytes },
    (_, body: Buffer, done) => {
      // One character a byte. Decoded here, what is not UTF-8 would become other letters without anybody noticing.
      done(null, body.toString('latin1'));
    },
  );
  endConnections(app);
  observeRequests(app, log);
  answerInTime(app, requestTimeoutMs);
  describeApi(app);
  explainProblems(app);
  describeEvents(app);
  return app;
}

@Module({})
class ConfiguredModule {}

/** The application with its configuration at hand for every module. */
const configured = (applicationModule: ApplicationModule, configuration: Configuration): DynamicModule => ({
  module: ConfiguredModule,
  global: true,
  imports: [applicationModule],
  providers: [{ provide: CONFIGURATION, useValue: configuration }],
  exports: [CONFIGURATION],
});

async function limitRates(app: NestFastifyApplication, perSecond: number): Promise<void> {
  const authenticator = app.get(Authenticator);
  await app.register(rateLimit, {
    max: perSecond,
    timeWindow: 1_000,
    // By actor once the token is known, else by address: one officer's mistake must not stop a whole office.
    keyGenerator: (request) => {
      const subject = authenticator.knownSubject(request.headers.authorization);
      return subject ? `actor ${subject}` : `address ${request.ip}`;
    },
    errorResponseBuilder: () => refuse.RATE_LIMITED('Slow down and try again.', { retryAfterSeconds: 1 }),
  });
}

/** On every answer, whoever gives it. */
function returnHeaders(app: NestFastifyApplication): void {
  const constant = securityHeaders();
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (request: RemitRequest, reply, done) => {
      const traceparent = traceparentOf(request);
      void reply.headers(constant).header('x-correlation-id', correlationIdOf(request));
      if (traceparent) void reply.header('traceparent', traceparent);
      done();
    });
}

/** At a stop a connection ends with its last answer; the server would otherwise wait until its client goes. */
function endConnections(app: NestFastifyApplication): void {
  const kernel = app.get(Kernel);
  const server = app.getHttpAdapter().getInstance();
  server.addHook('onSend', (_request, reply, _payload, done) => {
    if (kernel.isEnding) void reply.header('connection', 'close');
    done();
  });
  // Node takes a connection that has asked nothing yet for one under way, and would wait for it a minute.
  const silent = new Set<Socket>();
  let closing = false;
  server.server.on('connection', (socket: Socket) => {
    if (closing) socket.destroy();
    silent.add(socket);
    socket.once('close', () => silent.delete(socket));
  });
  server.server.on('request', ({ socket }) => silent.delete(socket));
  server.addHook('preClose', (done) => {
    closing = true;
    for (const socket of silent) socket.destroy();
    done();
  });
  server.addHook('onResponse', (_request, _reply, done) => {
    // Streams said at their beginning that their connection stays.
    if (kernel.isEnding) setImmediate(() => server.server.closeIdleConnections());
    done();
  });
}
