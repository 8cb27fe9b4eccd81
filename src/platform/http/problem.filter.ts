import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Refusal, refuse, invalid } from '../refusal.js';
import { Log } from '../telemetry/log.js';
import { correlationIdOf, type RemitRequest } from './request.js';

interface Fault {
  code?: string;
  statusCode?: number;
  status?: number;
  message?: string;
}

const fromHttp = (status: number): Refusal => {
  switch (status) {
    case 404:
      return refuse.NOT_FOUND('There is no such endpoint.');
    case 413:
      return refuse.PAYLOAD_TOO_LARGE();
    case 415:
      return refuse.UNSUPPORTED_MEDIA_TYPE();
    case 429:
      return refuse.RATE_LIMITED('Slow down and try again.');
    default:
      return new Refusal('BAD_REQUEST', status, 'The request could not be read.');
  }
};

/** The framework's own faults, as the API names them. */
function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  const { code, statusCode, status } = error as Fault;
  switch (code) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return refuse.UNSUPPORTED_MEDIA_TYPE();
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return refuse.PAYLOAD_TOO_LARGE();
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return invalid({ name: 'body', code: 'IS_OBJECT', reason: 'The body must be a JSON object.' });
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return refuse.MALFORMED_JSON();
  }
  if (error instanceof SyntaxError && statusCode === 400) return refuse.MALFORMED_JSON();
  const known = error instanceof HttpException ? error.getStatus() : (statusCode ?? status);
  return known !== undefined && known >= 400 && known < 500 ? fromHttp(known) : undefined;
}

/** Answers every error as `application/problem+json`. What is unexpected is one 500 here and one line in the log. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: Log) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<RemitRequest>();
    const reply = http.getResponse<FastifyReply>();
    const correlationId = correlationIdOf(request);
    const refusal = refusalOf(error) ?? this.unexpected(error, correlationId);
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

  private unexpected(error: unknown, correlationId: string): Refusal {
    this.log.fault(`A request failed unexpectedly (${correlationId}).`, error as Error);
    return new Refusal(
      'INTERNAL_ERROR',
      500,
      'Something went wrong on our side.',
      'Nothing is known to have been saved. Try again, or give the correlation id to your operator.',
    );
  }
}
