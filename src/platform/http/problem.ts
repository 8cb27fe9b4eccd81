import type { FastifyReply } from 'fastify';
import type { Refusal } from '../base/refusal.js';
import { problemType } from './problem-pages.js';
import { correlationIdOf, type RemitRequest } from './request.js';

/** The document itself (RFC 9457). */
export const problemOf = ({ errorCode, title, status, message, members }: Refusal, correlationId: string): string => {
  const { retryAfterSeconds: _, ...shown } = members;
  const type = problemType(errorCode);
  return JSON.stringify({ type, title, status, detail: message, errorCode, correlationId, ...shown });
};

/** Answers a refusal as `application/problem+json` (RFC 9457). */
export function sendProblem(refusal: Refusal, request: RemitRequest, reply: FastifyReply): void {
  const correlationId = correlationIdOf(request);
  const { retryAfterSeconds } = refusal.members;
  if (retryAfterSeconds !== undefined) void reply.header('retry-after', retryAfterSeconds);
  if (refusal.status === 401) void reply.header('www-authenticate', 'Bearer');
  void reply
    .status(refusal.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('x-correlation-id', correlationId)
    .send(problemOf(refusal, correlationId));
}
