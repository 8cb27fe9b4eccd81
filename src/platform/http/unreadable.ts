import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { newId } from '../base/ids.js';
import { Refusal, refuse } from '../base/refusal.js';
import { problemOf } from './problem.js';

const refusalFor = (code: string | undefined): Refusal => {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return refuse.REQUEST_TIMEOUT();
    case 'HPE_HEADER_OVERFLOW':
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return refuse.HEADERS_TOO_LARGE();
    default:
      return new Refusal('BAD_REQUEST', 400, 'This is not HTTP.');
  }
};

/** Answers what never became a request: too slow, too long or not HTTP. The connection ends with it. */
export function answerUnreadable(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const refusal = refusalFor(error.code);
  const correlationId = newId('corr');
  const body = problemOf(refusal, correlationId);
  if (socket.writable)
    socket.write(
      [
        `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? ''}`,
        'Connection: close',
        'Content-Type: application/problem+json; charset=utf-8',
        `Content-Length: ${Buffer.byteLength(body)}`,
        `X-Correlation-Id: ${correlationId}`,
        '',
        body,
      ].join('\r\n'),
    );
  socket.destroy(error);
}
