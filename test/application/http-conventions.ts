import { expect } from '@jest/globals';
import type { QueryResult, QueryResultRow } from 'pg';
import { declarations } from '../../src/platform/start.js';
import { startApplication, type StartOptions, type TestApplication } from '../support/application.js';
import { asServerAdministrator } from '../support/database.js';
import { investigated } from '../support/investigated.js';
import type { Reply } from '../support/officer.js';

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  errorCode: string;
  correlationId: string;
  currentVersion?: number;
  invalidParams?: { name: string; code: string; reason: string }[];
}

/** What tells of a library, a file, a statement or a table. */
const INTERNAL = /FST_|node_modules|\.[jt]s:\d|\bat \w+\.|SELECT|INSERT|pg_|typeorm|fastify|nestjs|Nest[A-Z]/;

/** The application with a party and a case in it, and the means to see that a refusal changed nothing. */
export class Conventions {
  private constructor(
    readonly remit: TestApplication,
    readonly partyId: string,
    readonly caseId: string,
  ) {}

  static async start(options: StartOptions = {}): Promise<Conventions> {
    const remit = await startApplication(options);
    return this.prepare(remit).catch(async (error: unknown) => {
      // Else it would go on beside the tests that follow.
      await remit.stop();
      throw error;
    });
  }

  private static async prepare(remit: TestApplication): Promise<Conventions> {
    const ines = remit.as('intake_ines');
    const { body: party } = await ines.post<{ partyId: string }>('/parties', {
      kind: 'ORGANISATION',
      legalName: 'Alder Mill Ltd',
    });
    const parties = [{ partyId: party.partyId, role: 'SUBJECT' }];
    const registered = await ines.post<{ caseId: string }>('/cases', { caseTypeCode: 'WASTE', parties });
    expect(registered.status).toBe(201);
    // Else what follows a registration by itself would look like a change that a refusal made.
    await investigated(remit, registered.body.caseId);
    return new Conventions(remit, party.partyId, registered.body.caseId);
  }

  /** Sends and shows that it was refused with this code, as a problem, and that nothing changed by it. */
  async refused(status: number, errorCode: string, send: () => Promise<Reply>): Promise<Reply<Problem>> {
    const before = await this.content();
    const reply = (await send()) as unknown as Reply<Problem>;
    expect([reply.status, reply.body.errorCode]).toEqual([status, errorCode]);
    expectProblem(reply);
    expect(await this.content()).toEqual(before);
    return reply;
  }

  /** A digest of every table that a command of these owners may write, the log and the first answers included. */
  async content(): Promise<Record<string, string>> {
    const tables = declarations()
      .filter(({ module }) => ['party', 'case-registry'].includes(module))
      .flatMap(({ database, aggregates }) =>
        [...Object.values(aggregates).flatMap((each) => each.tables), 'idempotency_record'].map(
          (table) => `${database.schema}.${table}`,
        ),
      );
    const digests = ['bus.outbox_event', ...tables].map(
      (table) =>
        `SELECT '${table}' AS name, count(*) || ' ' || coalesce(md5(string_agg(t::text, '' ORDER BY t::text)), '') AS content FROM ${table} t`,
    );
    const { rows } = await this.query<{ name: string; content: string }>(digests.join(' UNION ALL '));
    return Object.fromEntries(rows.map(({ name, content }) => [name, content]));
  }

  /** Asks the database itself, as its administrator. */
  query<Row extends QueryResultRow>(text: string, values: unknown[] = []): Promise<QueryResult<Row>> {
    return asServerAdministrator((admin) => admin.query<Row>(text, values), this.remit.database.url);
  }

  /** A call as it stands on the wire, for what no well-behaved client would send. */
  async raw(method: string, path: string, init: Omit<RequestInit, 'method'> = {}): Promise<Reply<Problem>> {
    const response = await fetch(`${this.remit.baseUrl}${path}`, { ...init, method });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true && text !== '';
    const body = (isJson ? JSON.parse(text) : {}) as Problem;
    return { status: response.status, headers: response.headers, text, body };
  }
}

/** Every error is a problem document of RFC 9457 that can be found again and tells nothing of our inside. */
export function expectProblem({ status, headers, body, text }: Reply<Problem>): void {
  expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(body).toMatchObject({ type: `/api/docs/problems/${body.errorCode}`, status });
  expect(headers.get('x-correlation-id')).toBe(body.correlationId);
  expect([body.title, body.detail]).toEqual([expect.stringMatching(/\.$/), expect.stringMatching(/\S/)]);
  expect(text).not.toMatch(INTERNAL);
}
