import type { ObjectLiteral } from 'typeorm';

/**
 * What a command answered: built before the commit that stores it, so that a repeat gets the very same bytes. Known by
 * its kind: what merely has a `status` and a `body`, as a notice may, is data.
 */
export class Answer {
  /** No other object passes for one, for the compiler either. */
  declare protected readonly kind: 'answer';
  readonly status: number;
  /** JSON text; empty for 204. */
  readonly body: string;
  readonly etag?: string;
  /** Relative to the API's prefix. */
  readonly location?: string;

  constructor({ status, body, etag, location }: AnswerParts) {
    this.status = status;
    this.body = body;
    if (etag) this.etag = etag;
    if (location) this.location = location;
  }
}

interface AnswerParts {
  status: number;
  body: string;
  etag?: string | null | undefined;
  location?: string | null | undefined;
}

/** What a use case answers; version, event id and ETag are added when it commits. */
export interface Draft {
  /** 200 unless given. */
  status?: 200 | 201 | 202 | 204;
  location?: string;
  /** Ids and new state. */
  body: Record<string, unknown>;
  /** The aggregate whose version the answer and its ETag carry. */
  of?: ObjectLiteral & { version: number };
}

/** @param mayLag read models that may not show the change yet, e.g. `caseDossier` */
export function answerOf(draft: Draft, publishedEventId: string | undefined, mayLag: readonly string[]): Answer {
  const hints = mayLag.map((model) => [`${model}MayLag`, true] as const);
  const body = {
    ...draft.body,
    ...(draft.of && { version: draft.of.version }),
    ...(publishedEventId && {
      publishedEventId,
      projectionHint: { ...Object.fromEntries(hints), waitForEventId: publishedEventId },
    }),
  };
  return new Answer({
    status: draft.status ?? 200,
    body: draft.status === 204 ? '' : JSON.stringify(body),
    etag: draft.of && `"${draft.of.version}"`,
    location: draft.location,
  });
}

/** The answer with the value that its commit allocated, wherever its token stands. */
export const withAllocated = ({ status, body, etag, location }: Answer, token: string, value: string): Answer =>
  new Answer({ status, body: body.replaceAll(token, value), etag, location: location?.replaceAll(token, value) });
