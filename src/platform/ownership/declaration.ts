import type { Classification } from '../context.js';

/** What a module says of itself in its `ownership.yaml`: the single source for schemas, grants, subscriptions and lint. */
export interface Declaration {
  /** kebab-case, the folder's name. */
  module: string;
  team: string;
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
  /** Questions and commands this module puts to others: name to owner and deadline. */
  asks: Record<string, { of: string; deadline_ms: number }>;
  tells: Record<string, { to: string; deadline_ms: number }>;
  published_events: Record<string, { version: number; classification: Classification; consumers: string[] }>;
  consumed_events: Record<string, { from: string; version: number; by: string[]; max_lag_seconds: number }>;
  copies_held: Record<string, CopyDeclaration>;
  /** Read models and local caches kept by events; the key is the consumer's name after the module's. */
  projections: Record<string, ProjectionDeclaration>;
  /** Things done because of an event; the key is the consumer's name after the module's. */
  reactions: Record<string, { facts: string[] }>;
  reconciliations: Record<string, { within_seconds: number; repair: string }>;
  /** The consistency review of each use case. */
  transitions: Record<string, Record<string, string>>;
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
}

/** Exactly three patterns: asked now, kept current by events, frozen at a named moment. */
export interface CopyDeclaration {
  /** `<module>.<aggregate or fact>` */
  of: string;
  pattern: 'ask' | 'projection' | 'snapshot';
  kept_by?: string[];
  frozen_at?: string;
}

export interface ProjectionDeclaration {
  tables: string[];
  version: number;
  freshness_seconds: number;
  when_stale: string;
  sensitive_fields?: string[];
}

/** Tables that the platform keeps in every module's schema. */
export const PLATFORM_TABLES = ['consumer_offset', 'inbox_event', 'idempotency_record', 'schema_migration'] as const;

/** Staged by every module with every command and declared by none of them; consumed `from: platform`. */
export const IMPLICIT_EVENT = { type: 'AuditStaged', version: 1, consumers: ['audit'] } as const;

export const tablesOf = (declaration: Declaration): string[] => [
  ...Object.values(declaration.aggregates).flatMap((aggregate) => aggregate.tables),
  ...Object.values(declaration.projections).flatMap((projection) => projection.tables),
];

export const appendOnlyTablesOf = (declaration: Declaration): string[] =>
  Object.values(declaration.aggregates).flatMap((aggregate) => aggregate.append_only ?? []);
