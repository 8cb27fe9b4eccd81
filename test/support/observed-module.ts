import pg from 'pg';
import { Kernel } from '../../src/platform/kernel/kernel.js';
import type { Switchboard } from '../../src/platform/messaging/bus.js';
import type { RequestContract } from '../../src/platform/messaging/envelope.js';
import { eventually } from './eventually.js';
import type { LoggedEvent } from './log.js';
import type { TestModule } from './module.js';
import type { Officer } from './officer.js';

/** An event as the log holds it. */
export interface Published {
  type: string;
  aggregateId: string;
  version: number;
  payload: Record<string, unknown>;
}

/** One module with the answers of other modules given, and what it stores and publishes at hand. */
export class ObservedModule {
  /** What a test does to an owner before it answers, by question. */
  readonly before = new Map<string, () => Promise<unknown> | undefined>();

  private constructor(
    readonly module: TestModule,
    private readonly name: string,
    private readonly admin: pg.Client,
  ) {}

  /** @param name as it is declared, and as its events name their producer */
  static async of(module: TestModule, name: string): Promise<ObservedModule> {
    const admin = new pg.Client({ connectionString: module.database.url });
    await admin.connect();
    return new ObservedModule(module, name, admin);
  }

  private get schema(): string {
    return this.name.replaceAll('-', '_');
  }

  async stop(): Promise<void> {
    await this.admin.end();
    await this.module.stop();
  }

  as(actorId: string): Officer {
    return this.module.as(actorId);
  }

  get switchboard(): Switchboard {
    return this.module.app.get(Kernel).switchboard;
  }

  /** Answers a question in its owner's place. */
  answer<Input extends object>({ type }: RequestContract<Input>, say: (input: Input) => unknown): void {
    this.switchboard.questions.set(type, {
      answer: async (input) => {
        await this.before.get(type)?.();
        return structuredClone(say(input as Input));
      },
    });
  }

  /** Appends events of other modules, and resolves once this one has handled them all. @returns their ids */
  async receives(...events: LoggedEvent[]): Promise<string[]> {
    const ids = await this.module.log.append(...events);
    await this.handled(ids);
    return ids;
  }

  /** Resolves once each consumer of these events here has handled them. */
  async handled(ids: readonly string[]): Promise<void> {
    await eventually(
      () =>
        this.rows(
          `SELECT FROM ${this.schema}.inbox_event WHERE event_id = ANY ($1)
           GROUP BY event_id HAVING bool_and(status = 'PROCESSED')`,
          [ids],
        ),
      ({ length }) => length === new Set(ids).size,
    );
  }

  async rows<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.admin.query<Row>(sql, values)).rows;
  }

  /** Everything that the module has stored and published, as text, but the state of its deliveries. */
  async stored(): Promise<Record<string, string>> {
    const tables = await this.rows<{ name: string }>(
      `SELECT oid::regclass::text AS name FROM pg_class WHERE relnamespace = $1::regnamespace AND relkind = 'r'
       AND relname NOT LIKE 'inbox%' AND relname NOT IN ('consumer_offset', 'schema_migration') ORDER BY 1`,
      [this.schema],
    );
    const contents: Record<string, string> = {};
    const published = `(SELECT * FROM bus.outbox_event WHERE producer = '${this.name}')`;
    for (const [name, rows] of [...tables.map((table) => [table.name, table.name]), ['published', published]]) {
      const [row] = await this.rows<{ all: string }>(
        `SELECT coalesce(json_agg(t ORDER BY t::text), '[]')::text AS all FROM ${rows ?? ''} t`,
      );
      contents[name ?? ''] = row?.all ?? '';
    }
    return contents;
  }

  /** What the module has published about a case, audit apart, in order. */
  published(caseId: string): Promise<Published[]> {
    return this.rows<Published & pg.QueryResultRow>(
      `SELECT event_type AS type, aggregate_id AS "aggregateId", aggregate_version::int AS version, payload_json AS payload
       FROM bus.outbox_event WHERE producer = $1 AND event_type <> 'AuditStaged' AND payload_json ->> 'caseId' = $2
       ORDER BY position`,
      [this.name, caseId],
    );
  }

  /** The audit records that the module has staged about a case, in order. */
  async audits(caseId: string): Promise<Record<string, unknown>[]> {
    const found = await this.rows<{ payload: Record<string, unknown> }>(
      `SELECT payload_json AS payload FROM bus.outbox_event WHERE producer = $1 AND event_type = 'AuditStaged'
       AND payload_json -> 'subject' ->> 'caseId' = $2 ORDER BY position`,
      [this.name, caseId],
    );
    return found.map(({ payload }) => payload);
  }
}
