import type { RecordedExample, RecordedSession } from '../../../src/platform/http/recorded-examples.js';
import { Description } from '../../support/description.js';
import type { KnownIds } from '../fuzz/known-ids.js';
import type { Operation } from '../fuzz/request-arbitrary.js';

type Paths = Record<string, Record<string, Operation>>;

/** A token is for its owner alone, also one of a test. */
const NOT_KEPT = '/dev/token';
/** Enough of a list to show what is in it. */
const SHOWN = 2;

const shortened = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.slice(0, SHOWN).map(shortened);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, shortened(each)]));
};

const isJson = (headers: Headers): boolean => headers.get('content-type')?.startsWith('application/json') === true;

/** Keeps a success of each operation that is called over `fetch` while it records: the last one of a read. */
export class Recorder {
  readonly session: RecordedSession = {};
  private readonly description: Description;

  constructor(
    private readonly document: { paths: Paths },
    private readonly ids: KnownIds,
  ) {
    this.description = new Description(document as never);
  }

  async during<T>(work: () => Promise<T>): Promise<T> {
    const asked = globalThis.fetch;
    globalThis.fetch = async (...given) => {
      const request = new Request(...given);
      const sent = isJson(request.headers) ? await request.clone().text() : '';
      const response = await asked(request);
      if (response.ok && isJson(response.headers))
        this.keep(request, sent, response.status, await response.clone().text());
      return response;
    };
    try {
      return await work();
    } finally {
      globalThis.fetch = asked;
    }
  }

  private keep({ method, url }: Request, sent: string, status: number, answer: string): void {
    this.ids.learn(answer);
    const endpoint = this.description.endpointOf(method, new URL(url).pathname);
    const operation = endpoint && this.document.paths[endpoint.path]?.[endpoint.verb];
    if (!operation || endpoint.path.endsWith(NOT_KEPT)) return;
    if (method !== 'GET' && operation.operationId in this.session) return;
    const example: RecordedExample = { answers: { [status]: shortened(JSON.parse(answer)) } };
    this.session[operation.operationId] = sent ? { request: JSON.parse(sent) as unknown, ...example } : example;
  }
}
