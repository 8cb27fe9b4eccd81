import { randomUUID } from 'node:crypto';
import type { EntityTarget, ObjectLiteral } from 'typeorm';
import { currentCall, type Call } from '../base/context.js';
import type { Equal } from '../database/find-rows.js';
import type { ModuleDatabase } from '../database/module-database.js';
import type { Statement } from '../database/statement.js';
import { newId } from '../base/ids.js';
import { StagedBackground, type Firing, type JobToStart, type TimerToSet } from './staged-background.js';
import { Refusal, refuse } from '../base/refusal.js';
import { answerOf, type Answer, type Draft } from './answer.js';
import { CommitStatement } from './commit-statement.js';
import { AUDIT_EVENT, type AuditNote, type AuditStaged, type EventContract } from './envelope.js';
import { eventColumns, firstAnswerColumns, type StagedEvent } from './staged-rows.js';

/**
 * An entity with an identity and a version that rises by one with every event it publishes. One that also changes
 * without telling has a `revision`, which rises with every change: its version alone would not notice those.
 */
export type Aggregate = ObjectLiteral & { version: number; revision?: number };

/** What a statement may stand for besides a refusal: decide again; the job is another's; an unexpected fault. */
export type Condition = 'VERSION_MISMATCH' | 'JOB_LOST' | 'NOT_CHANGED';

/**
 * Collects what one command changes. Reads see committed data; writes are staged and go out as one statement, so
 * that everything happens or nothing does. Made by `Work.run`, which is the only way to write.
 */
export class UnitOfWork {
  /** It is committed only while its job is this process's. */
  isFenced = false;
  private readonly changes: ((statement: CommitStatement) => void)[] = [];
  private readonly updated = new Set<ObjectLiteral>();
  private readonly loaded = new Map<ObjectLiteral, { version: number; revision?: number }>();
  private readonly refusedBy = new Map<string, Refusal>();
  private readonly events: StagedEvent[] = [];
  private readonly notes: AuditNote[] = [];
  private allocation: { token: string; sql: string; values: unknown[] } | undefined;
  private readonly background: StagedBackground;

  constructor(
    private readonly database: ModuleDatabase,
    /** When this command happens, by the application's clock. */
    readonly occurredAt: Date,
    private readonly call: Call = currentCall(),
    firing?: Firing,
    private readonly readModels: ReadonlyMap<string, readonly string[]> = new Map(),
  ) {
    const { idempotency: _, expectedVersion: __, guards: ___, ...askedBy } = call;
    this.background = new StagedBackground(database.declaration, askedBy, occurredAt, firing);
  }

  /** @throws NOT_FOUND when there is no such row. */
  async load<T extends Aggregate>(entity: EntityTarget<T>, id: string): Promise<T> {
    const found = await this.find(entity, id);
    if (!found) throw refuse.NOT_FOUND();
    return found;
  }

  async find<T extends Aggregate>(entity: EntityTarget<T>, id: string): Promise<T | null> {
    const [primary] = this.database.source.getMetadata(entity).primaryColumns;
    const [found] = await this.findBy(entity, { [primary?.propertyName ?? '']: id } as Equal<T>);
    return found ?? null;
  }

  /**
   * Loads the aggregate that the path names, at the version that the caller has seen.
   * @throws VERSION_MISMATCH with `currentVersion` when it has changed since.
   */
  async loadExpected<T extends Aggregate>(entity: EntityTarget<T>, id: string): Promise<T> {
    const found = await this.load(entity, id);
    this.requireExpected(found);
    return found;
  }

  /** For a use case that must check who may see the aggregate before it tells its version. */
  requireExpected(aggregate: Aggregate): void {
    if (this.call.expectedVersion !== undefined && aggregate.version !== this.call.expectedVersion)
      throw refuse.VERSION_MISMATCH('Read it again, look at what changed, and repeat the command with its new ETag.', {
        currentVersion: aggregate.version,
      });
  }

  async findBy<T extends ObjectLiteral>(entity: EntityTarget<T>, where: Equal<T>): Promise<T[]> {
    const found = await this.database.find(entity, where);
    for (const each of found) this.remember(each);
    return found;
  }

  query<Row extends ObjectLiteral>(statement: Statement): Promise<Row[]> {
    return this.database.query<Row>(statement);
  }

  add(...entities: ObjectLiteral[]): void {
    for (const entity of entities) {
      this.updated.add(entity);
      this.changes.push((statement) => {
        statement.insert(entity);
      });
    }
  }

  /** Stages a change; of an aggregate that was loaded here, only if nobody else has changed it meanwhile. */
  change(entity: ObjectLiteral): void {
    if (this.updated.has(entity)) return;
    this.updated.add(entity);
    const loaded = this.loaded.get(entity);
    if (loaded?.revision !== undefined) Object.assign(entity, { revision: loaded.revision + 1 });
    this.changes.push((statement) => {
      statement.update(entity, loaded);
    });
  }

  remove(entity: ObjectLiteral): void {
    this.changes.push((statement) => {
      statement.remove(entity);
    });
  }

  /**
   * A statement that entities cannot express.
   * @param otherwise what is refused unless it returns exactly one row, all of this unit of work with it
   */
  statement(sql: string, values: unknown[], otherwise?: Refusal | Condition): void {
    const code = otherwise instanceof Refusal ? otherwise.errorCode : otherwise;
    if (otherwise === 'JOB_LOST') this.isFenced = true;
    if (otherwise instanceof Refusal) this.refusedBy.set(otherwise.errorCode, otherwise);
    this.changes.push((statement) => {
      statement.statement(sql, values, code);
    });
  }

  /** As whoever staged a statement wants it refused whose code the commit has raised. */
  refusalOf(code: string): Refusal | undefined {
    return this.refusedBy.get(code);
  }

  /**
   * Stands for a value that the commit itself allocates: `sql` returns it as `value`. The token may be put into any
   * text of this unit of work, and into the answer.
   */
  allocate(sql: string, values: unknown[]): string {
    if (this.allocation) throw new Error('A unit of work allocates one value at most.');
    const token = `allocated-${randomUUID()}`;
    this.allocation = { token, sql, values };
    return token;
  }

  /** Publishes what happened to an aggregate of this unit of work, raises its version by one and stages its change. */
  publish<Payload extends object>(aggregate: Aggregate, contract: EventContract<Payload>, payload: Payload): string {
    const metadata = this.database.source.getMetadata(aggregate.constructor);
    const declared = this.database.declaration.published_events[contract.type];
    if (!declared) throw new Error(`${this.database.declaration.module} does not declare ${contract.type}.`);
    if (!this.updated.has(aggregate) && !this.loaded.has(aggregate))
      throw new Error('Load or add an aggregate here before it publishes: nothing else guards its version.');
    this.change(aggregate);
    aggregate.version += 1;
    const aggregateId = String(metadata.primaryColumns[0]?.getEntityValue(aggregate));
    return this.stage({
      aggregateType: metadata.tableName,
      aggregateId,
      aggregateVersion: aggregate.version,
      contract,
      eventKey: aggregateId,
      topic: this.database.declaration.module,
      classification: declared.classification,
      payload,
    });
  }

  audit(note: AuditNote): void {
    this.notes.push(note);
  }

  /**
   * Starts a job when this is committed, to be carried out in the caller's name.
   * @returns its id
   * @throws JOB_ALREADY_RUNNING at the commit, when a job of this name and key has not ended
   */
  startJob(name: string, job: JobToStart): string {
    return this.background.start(name, job);
  }

  /** Sets a timer, in the place of one of this name and key if there is one; whether that has fired counts for nothing. */
  setTimer(name: string, timer: TimerToSet): void {
    this.background.change('set', name, timer);
  }

  /** @throws TIMER_GONE at the commit, when it has fired or was withdrawn: it was not moved, and fires no second time */
  moveTimer(name: string, timer: TimerToSet): void {
    this.background.change('move', name, timer);
  }

  /**
   * Takes a timer back, so that it never fires.
   * @throws TIMER_GONE at the commit, when it has fired or was withdrawn, unless `evenIfGone`
   */
  withdrawTimer(name: string, key: string, { evenIfGone = false } = {}): void {
    this.background.change(evenIfGone ? 'withdraw if set' : 'withdraw', name, { key, firesAt: this.occurredAt });
  }

  /** When the first of what is started or set here is to be done, by the application's clock. */
  get nextInBackground(): Date | undefined {
    return this.background.notBefore;
  }

  /** What was loaded here and is changed. */
  changedAggregates(): string[] {
    return [...this.loaded.keys()]
      .filter((loaded) => this.updated.has(loaded))
      .map((loaded) => {
        const { tableName, primaryColumns } = this.database.source.getMetadata(loaded.constructor);
        return [tableName, ...primaryColumns.map((column) => String(column.getEntityValue(loaded)))].join(' ');
      });
  }

  /** The statement that commits everything, and the answer that is true once it has. */
  compose(
    draft: Draft,
    conditions: readonly { sql: string; values: unknown[]; code: string }[] = [],
  ): { statement: Statement; answer: Answer; allocationToken?: string } {
    const changesSomething = this.changes.length > 0 || this.events.length > 0 || !this.background.isEmpty;
    if (this.notes.length === 0 && changesSomething)
      throw new Error('A command that changes something must say so to Audit.');
    this.requireRaised();
    const { module } = this.database.declaration;
    const published = this.events.map(({ id }) => id);
    const audits = this.notes.map((note) => this.stageAudit(note, published));
    const mayLag = this.events.flatMap(({ contract }) => this.readModels.get(contract.type) ?? []);
    const answer = answerOf(draft, published.at(-1) ?? audits.at(-1), mayLag);
    const statement = new CommitStatement(this.database.source);
    if (this.allocation) statement.allocate(this.allocation.token, this.allocation.sql, this.allocation.values);
    for (const { sql, values, code } of conditions) statement.statement(sql, values, code);
    this.background.addTo(statement);
    for (const change of this.changes) change(statement);
    const events = this.events.map((event) => eventColumns(event, module, this.call, this.occurredAt));
    statement.insertRows('bus.outbox_event', events);
    if (this.call.idempotency?.incomplete)
      throw new Error('Cover the content before the commit: a repeat could not be told from another request.');
    const answered = firstAnswerColumns(answer, this.call, this.occurredAt);
    if (answered) statement.insertRow('idempotency_record', answered);
    return {
      statement: statement.build(),
      answer,
      ...(this.allocation && { allocationToken: this.allocation.token }),
    };
  }

  /** A reader's ETag, a read model and a repeat tell one state of an aggregate from the next by its version alone. */
  private requireRaised(): void {
    for (const [entity, { version, revision }] of this.loaded)
      if (this.updated.has(entity) && revision === undefined && (entity as Partial<Aggregate>).version === version)
        throw new Error(`${entity.constructor.name} was changed, and its version did not rise: publish what happened.`);
  }

  private remember(found: ObjectLiteral & { version?: unknown; revision?: unknown }): void {
    const { version, revision } = found;
    if (typeof version === 'number')
      this.loaded.set(found, { version, ...(typeof revision === 'number' && { revision }) });
  }

  private stage(event: Omit<StagedEvent, 'id'>): string {
    const id = newId('evt');
    this.events.push({ id, ...event });
    return id;
  }

  private stageAudit(note: AuditNote, publishedEventIds: string[]): string {
    const { actor, policyDecision, commandId, correlationId } = this.call;
    const auditId = newId('audit');
    const payload: AuditStaged = {
      auditId,
      eventType: note.eventType,
      occurredAt: this.occurredAt.toISOString(),
      actor: { actorId: actor.actorId, role: policyDecision.role },
      subject: note.subject,
      subjectVersion: note.subjectVersion ?? null,
      action: note.action,
      beforeState: note.beforeState ?? null,
      afterState: note.afterState ?? null,
      policyDecisionId: policyDecision.policyDecisionId,
      policies: policyDecision.policies,
      sourceCommandId: commandId,
      correlationId,
      publishedEventIds,
      dataUsed: note.dataUsed ?? [],
      evidenceRefs: note.evidenceRefs ?? [],
      reasonCode: note.reasonCode ?? null,
    };
    return this.stage({
      aggregateType: 'audit_event',
      aggregateId: auditId,
      aggregateVersion: 1,
      contract: { type: AUDIT_EVENT, version: 1 },
      eventKey: auditId,
      topic: 'audit',
      classification: 'CONFIDENTIAL',
      payload,
    });
  }
}
