import type { Readable } from 'node:stream';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { RouteConfig } from '@nestjs/platform-fastify';
import { refuse } from '../refusal.js';
import type { RemitRequest } from './request.js';

/** A type that only we give to a body, whatever its sender calls it: no parser for JSON or text may take it. */
const AS_IT_COMES = 'application/vnd.remit.as-it-comes';
/** What is left of a refused body up to here is read and thrown away, so that the connection can be used again. */
const READ_TO_THE_END = 1_048_576;

/** The route takes its body as it comes, of any type and length, as a `Readable` that is not read before it begins. */
export const StreamedBody = (): MethodDecorator => RouteConfig({ streamedBody: true });

const isStreamed = (request: RemitRequest): boolean =>
  (request.routeOptions.config as { streamedBody?: boolean }).streamedBody === true;

/**
 * Lets routes take bodies as streams. The server's own time limit on a request would cut every long upload, so the
 * limit is kept here: other bodies must be there in time, a streamed one must not stand still for so long.
 */
export function takeStreamedBodies(app: NestFastifyApplication, timeoutMs: number): void {
  const server = app.getHttpAdapter().getInstance();
  server.server.requestTimeout = 0;
  server.server.headersTimeout = timeoutMs;
  server.addContentTypeParser(AS_IT_COMES, (request: RemitRequest, body: Readable, done) => {
    if (isStreamed(request)) done(null, body);
    else done(refuse.UNSUPPORTED_MEDIA_TYPE());
  });
  server.addHook('onRequest', (request: RemitRequest, _, done) => {
    const { raw } = request;
    const { socket } = raw;
    if (isStreamed(request)) {
      raw.headers['content-type'] = AS_IT_COMES;
      raw.setTimeout(timeoutMs);
      raw.once('end', () => socket.setTimeout(0));
    } else if (hasBody(request)) {
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
    if (isStreamed(request) && !raw.readableEnded && rest > READ_TO_THE_END) void reply.header('connection', 'close');
    done(null, payload);
  });
}

const hasBody = ({ headers }: RemitRequest): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';

const lateError = (): Error => Object.assign(new Error('Request timeout'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
