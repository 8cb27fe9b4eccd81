import { afterAll } from '@jest/globals';
import { Description } from './description.js';

/** A stream has no end to wait for, and a content may be large: of these only status and headers are read. */
const isText = (headers: Headers): boolean => /json|^text\/(?!event-stream)/.test(headers.get('content-type') ?? '');

const undescribed = new Set<string>();
const tolerated: RegExp[] = [];
const descriptions = new Map<string, Promise<Description | undefined>>();
const asked = globalThis.fetch;

/** What a test receives on purpose, though the API does not describe it. */
export const notDescribed = (fault: RegExp): void => void tolerated.push(fault);

/** Of the application at an origin; of what is no application, there is none. */
function descriptionAt(origin: string): Promise<Description | undefined> {
  let found = descriptions.get(origin);
  if (!found) {
    found = asked(`${origin}/api/v1/openapi.json`)
      .then(async (answer) => (answer.ok ? new Description((await answer.json()) as never) : undefined))
      .catch(() => undefined);
    descriptions.set(origin, found);
  }
  return found;
}

/**
 * Every answer of the API that any test receives is held against what the API says of itself: its status, its headers
 * and its body. A test file with an answer that is not described fails when it ends.
 */
globalThis.fetch = async (...given: Parameters<typeof fetch>): Promise<Response> => {
  const response = await asked(...given);
  const [input, init] = given;
  const { origin, pathname } = new URL(input instanceof Request ? input.url : input);
  if (!pathname.startsWith('/api/v1/') || response.status === 304) return response;
  const description = await descriptionAt(origin);
  const method = (init?.method ?? (input instanceof Request ? input.method : 'GET')).toUpperCase();
  const text = isText(response.headers) ? await response.clone().text() : '';
  for (const fault of description?.faultsOf(method, pathname, response.status, response.headers, text) ?? [])
    if (!tolerated.some((each) => each.test(fault))) undescribed.add(fault);
  return response;
};

afterAll(() => {
  if (undescribed.size > 0) throw new Error(`Answers that the API does not describe:\n${[...undescribed].join('\n')}`);
});
