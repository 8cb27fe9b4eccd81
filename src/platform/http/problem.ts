import type { FastifyReply } from 'fastify';
import type { Refusal } from '../refusal.js';
import { correlationIdOf, type RemitRequest } from './request.js';

/** Answers a refusal as `application/problem+json` (RFC 9457). */
export function sendProblem(refusal: Refusal, request: RemitRequest, reply: FastifyReply): void {
  const correlationId = correlationIdOf(request);
  const { retryAfterSeconds, ...members } = refusal.members;
  if (retryAfterSeconds !== undefined) void reply.header('retry-after', retryAfterSeconds);
  if (refusal.status === 401) void reply.header('www-authenticate', 'Bearer');
  void reply
    .status(refusal.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('x-correlation-id', correlationId)
    .send(
      JSON.stringify({
        type: `urn:remit:error:${refusal.errorCode}`,
        title: refusal.title,
        status: refusal.status,
        detail: refusal.message,
        errorCode: refusal.errorCode,
        correlationId,
        ...members,
      }),
    );
}
