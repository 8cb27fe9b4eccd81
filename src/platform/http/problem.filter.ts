import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { isTransient } from '../messaging/transient-fault.js';
import { Refusal, refuse, invalid } from '../base/refusal.js';
import { Log } from '../telemetry/log.js';
import { sendProblem } from './problem.js';
import { correlationIdOf, type RemitRequest } from './request.js';

interface Fault {
  code?: string;
  statusCode?: number;
  status?: number;
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

/** A command is committed as a whole or not at all, but the connection may have gone before it said which. */
export const unavailable = (why: string): Refusal =>
  refuse.UNAVAILABLE(`${why} A command may have been carried out: repeat it with the same Idempotency-Key.`, {
    retryAfterSeconds: 2,
  });

/** The framework's own faults, as the API names them. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  // Nest wraps what Fastify throws before a route is reached; the code is on the error within.
  const { code, statusCode, status } = (error instanceof HttpException ? (error.cause ?? error) : error) as Fault;
  switch (code) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return refuse.UNSUPPORTED_MEDIA_TYPE();
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return refuse.PAYLOAD_TOO_LARGE();
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return invalid({ name: 'body', code: 'IS_OBJECT', reason: 'The body must be a JSON object.' });
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return refuse.MALFORMED_JSON();
    case 'FST_ERR_BAD_URL':
      return invalid({ name: 'path', code: 'FORMAT', reason: 'The path must be percent-encoded UTF-8.' });
    case 'FST_ERR_MAX_PARAM_LENGTH':
      // No identifier is that long.
      return refuse.NOT_FOUND();
  }
  const known = error instanceof HttpException ? error.getStatus() : (statusCode ?? status);
  return known !== undefined && known >= 400 && known < 500 ? fromHttp(known) : undefined;
}

/** Answers every error as a problem. What is unexpected is one 500 here and one line in the log. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: Log) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<RemitRequest>();
    sendProblem(refusalOf(error) ?? this.unexpected(error, request), request, http.getResponse<FastifyReply>());
  }

  private unexpected(error: unknown, request: RemitRequest): Refusal {
    this.log.fault(`A request failed unexpectedly (${correlationIdOf(request)}).`, error as Error);
    if (isTransient(error)) return unavailable('The database did not answer.');
    return refuse.INTERNAL_ERROR(
      'Nothing is known to have been saved. Try again, or give the correlation id to your operator.',
    );
  }
}
