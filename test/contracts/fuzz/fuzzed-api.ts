import { DEMO_ACTORS } from '../../../src/casework/identity/demo-officers.js';
import { Description } from '../../support/description.js';
import type { TestApplication } from '../../support/application.js';
import type { KnownIds } from './known-ids.js';
import type { OwnedRows } from './owned-rows.js';
import type { FuzzedRequest } from './request-arbitrary.js';

/** How often a refused request is repeated until nothing else changes a row meanwhile. */
const REPEATS = 20;

interface Answer {
  status: number;
  faults: string[];
}

/** Sends requests to an application and judges each answer by the description. */
export class FuzzedApi {
  /** How many answers there were, by status. */
  readonly answers = new Map<number, number>();
  private readonly tokens = new Map<string, string>();
  private rowsNow: string | undefined;

  constructor(
    private readonly remit: TestApplication,
    private readonly description: Description,
    private readonly ids: KnownIds,
    private readonly rows: OwnedRows,
  ) {}

  async signIn(): Promise<void> {
    for (const actorId of DEMO_ACTORS.keys()) {
      const { body } = await this.remit.as(actorId).post<{ accessToken: string }>('/dev/token', { actorId });
      this.tokens.set(actorId, body.accessToken);
    }
  }

  /** @throws Error when the answer is none that the description allows, or a refused command has changed a row */
  async judge(method: string, request: FuzzedRequest): Promise<void> {
    const changes = method !== 'GET';
    const before = changes ? (this.rowsNow ?? (await this.rows.fingerprint())) : '';
    const { status, faults } = await this.send(method, request);
    this.answers.set(status, (this.answers.get(status) ?? 0) + 1);
    if (status === 500) faults.unshift('It failed unexpectedly.');
    if (faults.length > 0) throw new Error(faults.join('\n'));
    if (!changes) return;
    this.rowsNow = status < 400 ? undefined : await this.rows.fingerprint();
    if (this.rowsNow !== undefined && this.rowsNow !== before) await this.requireUnchanged(method, request, status);
  }

  /** What was done before goes on behind the answers: only what changes rows each time is the request's own doing. */
  private async requireUnchanged(method: string, request: FuzzedRequest, refusal: number): Promise<void> {
    for (let repeat = 0; repeat < REPEATS; repeat += 1) {
      const before = await this.rows.fingerprint();
      const { status } = await this.send(method, request);
      this.rowsNow = await this.rows.fingerprint();
      if (status < 400 || this.rowsNow === before) return;
    }
    throw new Error(`It was refused with ${refusal}, and rows of an owner have changed.`);
  }

  private async send(method: string, { actorId, path, query, headers, body }: FuzzedRequest): Promise<Answer> {
    const token = actorId === undefined ? undefined : this.tokens.get(actorId);
    const url = new URL(this.ids.fillIn(path), this.remit.baseUrl);
    for (const [name, value] of query) url.searchParams.append(name, this.ids.fillIn(value));
    const response = await fetch(url, {
      method,
      headers: { ...headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
      ...(body !== undefined && { body: this.ids.fillIn(body) }),
    });
    const text = await textOf(response);
    this.ids.learn(text);
    const faults = this.description.faultsOf(method, url.pathname, response.status, response.headers, text);
    return { status: response.status, faults };
  }
}

/** A stream has no end to wait for. */
async function textOf(response: Response): Promise<string> {
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) return response.text();
  await response.body?.cancel();
  return '';
}
