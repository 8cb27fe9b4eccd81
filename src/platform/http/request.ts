import type { FastifyRequest } from 'fastify';
import type { Actor, Call } from '../base/context.js';
import { newId } from '../base/ids.js';

/** A request as the platform's guard leaves it. */
export interface RemitRequest extends FastifyRequest {
  /** Settled before the body is read; absent where nobody need be known. */
  caller?: Actor;
  call?: Call;
  correlationId?: string;
  /** Absent where how long it takes means nothing. */
  startedAt?: bigint | undefined;
}

/** Letters that cannot break a log line or a header. */
const CORRELATION_ID = /^[\w.:-]{1,100}$/;
const TRACEPARENT = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

const single = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);

/** The caller's correlation id, or a new one. */
export function correlationIdOf(request: RemitRequest): string {
  const given = single(request.headers['x-correlation-id']);
  request.correlationId ??= given && CORRELATION_ID.test(given) ? given : newId('corr');
  return request.correlationId;
}

/** W3C trace context, where it is well formed. */
export function traceparentOf(request: RemitRequest): string | undefined {
  const given = single(request.headers.traceparent);
  return given && TRACEPARENT.test(given) ? given : undefined;
}

export const headerOf = (request: RemitRequest, name: string): string | undefined => single(request.headers[name]);

/** It may change something: everything but GET, and HEAD, which the server answers like it. */
export const isCommand = ({ method }: RemitRequest): boolean => method !== 'GET' && method !== 'HEAD';

/** Whether something comes after the headers. */
export const hasBody = ({ headers }: RemitRequest): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
