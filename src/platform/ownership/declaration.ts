import type { Classification } from '../base/context.js';
import { SLOTS, slotsOf, slotTable } from './slots.js';

/**
 * A change that the module makes, in one unit of work. A repeat of a command under its key gets the first answer, an
 * event has its effect once, and a failure saves nothing: only what is otherwise is said.
 */
export interface TransitionDeclaration {
  /** The classes that make it: use cases, reactions, jobs. */
  by: string[];
  invariant: string;
  event: string[];
  audit: string[];
  on_repeat?: string | undefined;
  on_failure?: string | undefined;
}

export interface PublishedEvent {
  version: number;
  classification: Classification;
  /** Whom it is for, where it is above INTERNAL. Any other is for whoever consumes it. */
  consumers?: string[];
}

/** What a module says of itself in its `ownership.yaml`: the single source for schemas, grants, subscriptions and lint. */
export interface Declaration {
  /** kebab-case, the folder's name. */
  module: string;
  team: string;
  /** The part of a case's journey that it serves: the description of the API groups by it. */
  journey?: string;
  database: {
    schema: string;
    role: string;
    /** How many times as many connections as a module of weight 1 it has when there are too few for all. */
    weight?: number;
  };
  aggregates: Record<string, AggregateDeclaration>;
  /** Questions this module answers, commands it carries out for others. */
  exposed_queries: string[];
  exposed_commands: string[];
  /**
   * Questions and commands this module puts to others: name to owner and deadline, and `by` which of its handlers they
   * are put: questions and commands by their contract's name, reactions and jobs by theirs. Use cases that are
   * called over HTTP are not listed.
   */
  asks: Record<string, { of: string; deadline_ms: number; by: string[] }>;
  tells: Record<string, { to: string; deadline_ms: number; by: string[] }>;
  published_events: Record<string, PublishedEvent>;
  consumed_events: Record<string, { from: string; version: number; by: string[] }>;
  copies_held: Record<string, CopyDeclaration>;
  /** Read models and local caches kept by events; the key is the consumer's name after the module's. */
  projections: Record<string, ProjectionDeclaration>;
  /** Things done because of an event; the key is the consumer's name after the module's. */
  reactions: Record<string, { facts: string[]; starts: Start }>;
  /** What the module does in the background until it is done. */
  jobs: Record<string, JobDeclaration>;
  /** What the module does when a time has come. */
  timers: Record<string, { attempts: number }>;
  reconciliations: Record<string, { within_seconds: number; repair: string }>;
  /** The consistency review of each use case. */
  transitions: Record<string, TransitionDeclaration>;
}

export interface AggregateDeclaration {
  tables: string[];
  /** Of these tables, those that the runtime role may insert into and read, never update, delete or truncate. */
  append_only?: string[];
  facts: string[];
  /** Use cases, by class name. */
  created_by: string[];
  mutated_by: string[];
  /** Modules that may command a change through the owner's database function (the platform's delivery control). */
  commanded_by?: string[];
  /** Column or property names that never appear in an event, a log line, an error or a URL. */
  sensitive_fields?: string[];
  /** Each status of it to the event that brings it about, or to why none is published. */
  statuses?: Record<string, string>;
  /** Why no read model shows its status, though events tell of it. */
  unshown_status?: string;
}

/**
 * Where a new reaction begins: with all that ever happened, or with what happens after its first deployment. What keeps
 * facts for which the past matters starts at the beginning; what acts on the world must not act on years ago.
 */
export const STARTS = ['beginning', 'deployment'] as const;
export type Start = (typeof STARTS)[number];

/** Exactly three patterns: asked now, kept current by events, frozen at a named moment. */
export interface CopyDeclaration {
  /** `<module>.<aggregate or fact>` */
  of: string;
  pattern: 'ask' | 'projection' | 'snapshot';
  kept_by?: string[];
  frozen_at?: string;
  /** Where a read model shows the status of what it copies: `<table>.<column>`, and `.<parts>.<field>` inside JSON. */
  status_in?: string;
}

export interface ProjectionDeclaration {
  tables: string[];
  version: number;
  freshness_seconds: number;
  /** The read models that officers see it in, as the hints of commands name them: `caseDossier`. */
  read_as?: string[];
  /** Its rows cannot be made anew from events, and have one place. */
  rebuild?: 'refused';
  sensitive_fields?: string[];
}

export interface JobDeclaration {
  /** Tries that may fail in a row, faults of the database and the network not counted. */
  attempts: number;
  /** The job is there by itself, and begins again so many seconds after each end, by the database's clock. */
  every_seconds?: number;
}

/** Tables that the platform keeps in every module's schema. */
export const PLATFORM_TABLES = [
  'consumer_offset',
  'inbox_event',
  'idempotency_record',
  'job',
  'timer',
  'projection_slot',
  'schema_migration',
] as const;

/** Staged by every module with every command and declared by none of them; consumed `from: platform`. */
export const IMPLICIT_EVENT = { type: 'AuditStaged', version: 1, consumers: ['audit'] };

/** Above INTERNAL: its owner says whom it is for. */
export const isClassified = ({ classification }: PublishedEvent): boolean =>
  classification === 'CONFIDENTIAL' || classification === 'RESTRICTED';

/** The modules that consume an event, in the order of the declarations. */
export const consumersOf = (publisher: Declaration, event: string, all: readonly Declaration[]): string[] =>
  all.filter(({ consumed_events }) => consumed_events[event]?.from === publisher.module).map(({ module }) => module);

/** The handlers of a module that may ask and tell and are not called over HTTP. */
export const askersOf = (declaration: Declaration): string[] => [
  ...declaration.exposed_queries,
  ...declaration.exposed_commands,
  ...Object.keys(declaration.reactions),
  ...Object.keys(declaration.jobs),
];

export const tablesOf = (declaration: Declaration): string[] => [
  ...Object.values(declaration.aggregates).flatMap((aggregate) => aggregate.tables),
  ...Object.values(declaration.projections).flatMap((projection) => projection.tables),
];

/** Tables of which there are two slots, so that one can be filled anew while readers see the other. */
export const slottedTablesOf = (declaration: Declaration): string[] =>
  Object.values(declaration.projections).flatMap(({ tables, rebuild }) => (rebuild === 'refused' ? [] : tables));

/** Every name under which the database has a declared table: the views of those with slots, and what is behind them. */
export const relationsOf = (declaration: Declaration): string[] => [
  ...tablesOf(declaration),
  ...slottedTablesOf(declaration).flatMap((table) => [slotsOf(table), ...SLOTS.map((slot) => slotTable(table, slot))]),
];

export const appendOnlyTablesOf = (declaration: Declaration): string[] =>
  Object.values(declaration.aggregates).flatMap((aggregate) => aggregate.append_only ?? []);
