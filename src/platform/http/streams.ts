import type { Readable } from 'node:stream';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { refuse } from '../base/refusal.js';
import { hasBody, type RemitRequest } from './request.js';

/** A type that only we give to a body, whatever its sender calls it: no parser for JSON or text may take it. */
const AS_IT_COMES = 'application/vnd.remit.as-it-comes';
/** What is left of a refused body up to here is read and thrown away, so that the connection can be used again. */
const READ_TO_THE_END = 1_048_576;

interface RouteStreams {
  streams?: 'body' | 'answer';
}

/** The route takes its body as it comes, of any type and length, as a `Readable` that is not read before it begins. */
export const StreamedBody = (): MethodDecorator => RouteConfig({ streams: 'body' } satisfies RouteStreams);

/** The route answers with a stream of any length, and may take its time before it begins. */
export const StreamedAnswer = (): MethodDecorator => RouteConfig({ streams: 'answer' } satisfies RouteStreams);

/** Which part of the exchange may be of any length, and so take any time. */
export const streamedPart = (request: FastifyRequest): 'body' | 'answer' | undefined =>
  (request.routeOptions.config as RouteStreams).streams;

/**
 * Lets routes take and answer streams. The server's own time limit on a request would cut every long upload, so the
 * limit is kept here: other bodies must be there in time, and what is streamed must not stand still for so long.
 */
export function allowStreams(app: NestFastifyApplication, timeoutMs: number): void {
  const server = app.getHttpAdapter().getInstance();
  server.server.requestTimeout = 0;
  server.addContentTypeParser(AS_IT_COMES, (request: RemitRequest, body: Readable, done) => {
    if (streamedPart(request) === 'body') done(null, body);
    else done(refuse.UNSUPPORTED_MEDIA_TYPE());
  });
  server.addHook('onRequest', (request: RemitRequest, _, done) => {
    const { raw } = request;
    const { socket } = raw;
    if (streamedPart(request) === 'answer') socket.setTimeout(0);
    else if (streamedPart(request) === 'body') {
      raw.headers['content-type'] = AS_IT_COMES;
      raw.setTimeout(timeoutMs);
      raw.once('end', () => socket.setTimeout(0));
    } else if (!hasBody(request)) {
      // What it would be matters to nobody.
      delete raw.headers['content-type'];
    } else {
      const late = setTimeout(() => {
        // As the server itself would say it.
        if (!raw.complete) server.server.emit('clientError', lateError(), socket);
      }, timeoutMs).unref();
      raw.once('close', () => { clearTimeout(late); }); // prettier-ignore
    }
    done();
  });
  server.addHook('onSend', (request: RemitRequest, reply, payload, done) => {
    const { raw } = request;
    // Refused before all of it came: nobody wants to receive the rest.
    const rest = Number(raw.headers['content-length'] ?? Infinity);
    const unwanted = hasBody(request) && !raw.readableEnded && rest > READ_TO_THE_END;
    if (unwanted) void reply.header('connection', 'close');
    if (streamedPart(request) === 'answer') raw.socket.setTimeout(timeoutMs);
    done(null, payload);
  });
}

const lateError = (): Error => Object.assign(new Error('Request timeout'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
