/**
 * A refusal is an answer, not a fault: the request was understood and a rule stands against it. Each module lists
 * all of its codes in `<module>.errors.ts`.
 */
export class Refusal extends Error {
  constructor(
    readonly errorCode: string,
    readonly status: number,
    readonly title: string,
    detail?: string,
    /** Further members of the problem document, e.g. `currentVersion`. Never personal or sensitive text. */
    readonly members: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail ?? title);
  }
}

export interface RefusalRule {
  status: number;
  title: string;
}

/**
 * Turns a module's list of codes into functions that make its refusals.
 * @example const refuse = refusals({ CASE_CLOSED: { status: 409, title: 'The case is closed.' } });
 *          throw refuse.CASE_CLOSED('Reopen it first.', { closedAt });
 */
export const refusals = <Code extends string>(
  rules: Record<Code, RefusalRule>,
): Record<Code, (detail?: string, members?: Record<string, unknown>) => Refusal> =>
  Object.fromEntries(
    Object.entries<RefusalRule>(rules).map(([code, { status, title }]) => [
      code,
      (detail?: string, members?: Record<string, unknown>) => new Refusal(code, status, title, detail, members),
    ]),
  ) as Record<Code, (detail?: string, members?: Record<string, unknown>) => Refusal>;

/** The codes that belong to the API itself rather than to a module. Source: the conventions of the HTTP API. */
export const refuse = refusals({
  VALIDATION_FAILED: { status: 400, title: 'The request is not valid.' },
  MALFORMED_JSON: { status: 400, title: 'The body is not JSON.' },
  UNAUTHENTICATED: { status: 401, title: 'A valid bearer token is needed.' },
  FORBIDDEN: { status: 403, title: 'Your role does not allow this.' },
  NOT_FOUND: { status: 404, title: 'There is no such thing, or it is not yours to see.' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'This path does not take this method; Allow says which it takes.' },
  REQUEST_TIMEOUT: { status: 408, title: 'The request did not arrive in time.' },
  VERSION_MISMATCH: { status: 412, title: 'It has changed since you read it.' },
  PAYLOAD_TOO_LARGE: { status: 413, title: 'The body is too large.' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: 'This media type is not understood here.' },
  JOB_ALREADY_RUNNING: { status: 409, title: 'Such a job is under way already.' },
  TIMER_GONE: { status: 409, title: 'The time that was to be changed has come already.' },
  IDEMPOTENCY_KEY_REUSED: { status: 422, title: 'This idempotency key was used for another request.' },
  PRECONDITION_REQUIRED: { status: 428, title: 'This command needs an If-Match header.' },
  RATE_LIMITED: { status: 429, title: 'Too many requests.' },
  HEADERS_TOO_LARGE: { status: 431, title: 'The headers are too large.' },
  TOO_MANY_STREAMS: { status: 429, title: 'You have too many streams open.' },
  STREAM_UNAVAILABLE: { status: 503, title: 'This stream cannot be opened now.' },
  NOT_READY: { status: 503, title: 'This process takes no commands now.' },
  INTERNAL_ERROR: { status: 500, title: 'Something went wrong on our side.' },
  UNAVAILABLE: { status: 503, title: 'There is no answer at present.' },
  ISSUER_UNAVAILABLE: { status: 503, title: 'The issuer of tokens does not answer.' },
  OWNER_UNAVAILABLE: { status: 503, title: 'The owner of this fact did not answer in time.' },
});

/** One field that is wrong, and how to mend it. */
export interface InvalidParam {
  name: string;
  code: string;
  reason: string;
}

export const invalid = (...invalidParams: InvalidParam[]): Refusal =>
  refuse.VALIDATION_FAILED(invalidParams.map(({ name, reason }) => `${name}: ${reason}`).join(' '), { invalidParams });
