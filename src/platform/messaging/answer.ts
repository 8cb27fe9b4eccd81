import type { ObjectLiteral } from 'typeorm';

/** What a command answered: built before the commit that stores it, so that a repeat gets the very same bytes. */
export interface Answer {
  status: number;
  /** JSON text; empty for 204. */
  body: string;
  etag?: string;
  /** Relative to the API's prefix. */
  location?: string;
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
  /** Read models that may not show the change yet, e.g. `caseDossier`. */
  mayLag?: readonly string[];
}

export function answerOf(draft: Draft, publishedEventId: string | undefined): Answer {
  const hints = (draft.mayLag ?? []).map((model) => [`${model}MayLag`, true] as const);
  const body = {
    ...draft.body,
    ...(draft.of && { version: draft.of.version }),
    ...(publishedEventId && {
      publishedEventId,
      projectionHint: { ...Object.fromEntries(hints), waitForEventId: publishedEventId },
    }),
  };
  return {
    status: draft.status ?? 200,
    body: draft.status === 204 ? '' : JSON.stringify(body),
    ...(draft.of && { etag: `"${draft.of.version}"` }),
    ...(draft.location && { location: draft.location }),
  };
}
