import { CLASSIFICATIONS } from '../base/context.js';
import type {
  AggregateDeclaration,
  CopyDeclaration,
  Declaration,
  JobDeclaration,
  ProjectionDeclaration,
  TransitionDeclaration,
} from './declaration.js';
import { STARTS } from './declaration.js';
import type { Shape } from './shape.js';
import { listOf, mapOf, oneOf, optional, record, required, text, wholeNumber } from './shape.js';

const moduleName = text(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'a module name like case-registry');
const tableName = text(/^[a-z][a-z0-9_]{0,62}$/, 'a name in snake case like finding_snapshot');
const roleName = text(/^remit_[a-z][a-z0-9_]{0,50}$/, 'a role name like remit_decision');
const className = text(/^[A-Z][A-Za-z0-9]*$/, 'the name of a class like DecisionFinalized');
const kebabName = text(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'a name in kebab case like pending-jobs');
const handlerName = text(
  /^([A-Z][A-Za-z0-9]*|[a-z][a-z0-9]*(-[a-z0-9]+)*)$/,
  'a handler: a contract like RegisterCase, or a reaction or job like on-case-closed',
);
const fieldName = text(/^[a-z][A-Za-z0-9_]*$/, 'the name of a column or property like reasoning_text');
const copyName = text(/^[a-z][a-z0-9]*([_-][a-z0-9]+)*$/, 'a name like finding_snapshot');
const ownedFact = text(/^[a-z][a-z0-9-]*\.[a-z][a-z0-9 _-]*$/, '<module>.<aggregate or fact>, such as billing.invoice');
const statusName = text(/^[A-Z][A-Z_]*$/, 'a status like AWAITING_APPROVAL');
const statusSource = text(
  /^[A-Z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*)?$|^not published, \S/,
  'the event that brings it about, such as FindingsSubmitted, with the field that says so where it brings about several ' +
    '(CaseLifecycleChanged.toStatus), or `not published, ` and why',
);
const statusPlace = text(
  /^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*(\.[a-z]\w*\.[a-z]\w*)?$/,
  'a table with its column, such as invoice.status, or inside JSON invoice.content.lines.lineStatus',
);
const auditName = text(/^[A-Z][A-Za-z0-9]*Audit$/, 'the type of an audit record like DecisionApprovedAudit');
const journeyPart = text(/^\d\. [A-Z]/, 'a numbered part of the journey like 1. Register a case');
const words = text(/\S/, 'some words');

const aggregate: Shape<AggregateDeclaration> = record<AggregateDeclaration>({
  tables: optional(listOf(tableName), []),
  append_only: optional<string[] | undefined>(listOf(tableName), undefined),
  facts: optional(listOf(words), []),
  created_by: optional(listOf(className), []),
  mutated_by: optional(listOf(className), []),
  commanded_by: optional<string[] | undefined>(listOf(moduleName), undefined),
  sensitive_fields: optional<string[] | undefined>(listOf(fieldName), undefined),
  statuses: optional<Record<string, string> | undefined>(mapOf(statusName, statusSource), undefined),
  unshown_status: optional<string | undefined>(words, undefined),
});

const copy: Shape<CopyDeclaration> = record<CopyDeclaration>({
  of: required(ownedFact),
  pattern: required(oneOf(['ask', 'projection', 'snapshot'] as const)),
  kept_by: optional<string[] | undefined>(listOf(className), undefined),
  frozen_at: optional<string | undefined>(words, undefined),
  status_in: optional<string | undefined>(statusPlace, undefined),
});

const projection: Shape<ProjectionDeclaration> = record<ProjectionDeclaration>({
  tables: optional(listOf(tableName), []),
  version: required(wholeNumber),
  freshness_seconds: required(wholeNumber),
  read_as: optional<string[] | undefined>(listOf(fieldName), undefined),
  rebuild: optional<'refused' | undefined>(oneOf(['refused'] as const), undefined),
  sensitive_fields: optional<string[] | undefined>(listOf(fieldName), undefined),
});

/** The shape of `ownership.yaml`: no unknown keys, and absent maps and lists read as empty ones. */
export const declarationShape: Shape<Declaration> = record<Declaration>({
  module: required(moduleName),
  team: required(words),
  journey: optional<string | undefined>(journeyPart, undefined),
  database: required(
    record({
      schema: required(tableName),
      role: required(roleName),
      weight: optional<number | undefined>(wholeNumber, undefined),
    }),
  ),
  aggregates: optional(mapOf(tableName, aggregate), {}),
  exposed_queries: optional(listOf(className), []),
  exposed_commands: optional(listOf(className), []),
  asks: optional(
    mapOf(
      className,
      record({ of: required(moduleName), deadline_ms: required(wholeNumber), by: optional(listOf(handlerName), []) }),
    ),
    {},
  ),
  tells: optional(
    mapOf(
      className,
      record({ to: required(moduleName), deadline_ms: required(wholeNumber), by: optional(listOf(handlerName), []) }),
    ),
    {},
  ),
  published_events: optional(
    mapOf(
      className,
      record({
        version: required(wholeNumber),
        classification: required(oneOf(CLASSIFICATIONS)),
        consumers: optional<string[] | undefined>(listOf(moduleName), undefined),
      }),
    ),
    {},
  ),
  consumed_events: optional(
    mapOf(
      className,
      record({
        from: required(moduleName),
        version: required(wholeNumber),
        by: required(listOf(kebabName)),
      }),
    ),
    {},
  ),
  copies_held: optional(mapOf(copyName, copy), {}),
  projections: optional(mapOf(kebabName, projection), {}),
  reactions: optional(
    mapOf(kebabName, record({ facts: optional(listOf(words), []), starts: required(oneOf(STARTS)) })),
    {},
  ),
  jobs: optional(
    mapOf(
      kebabName,
      record<JobDeclaration>({
        attempts: required(wholeNumber),
        every_seconds: optional<number | undefined>(wholeNumber, undefined),
      }),
    ),
    {},
  ),
  timers: optional(mapOf(kebabName, record({ attempts: required(wholeNumber) })), {}),
  reconciliations: optional(
    mapOf(kebabName, record({ within_seconds: required(wholeNumber), repair: required(words) })),
    {},
  ),
  transitions: optional(
    mapOf(
      kebabName,
      record<TransitionDeclaration>({
        by: required(listOf(className)),
        invariant: required(words),
        event: optional(listOf(className), []),
        audit: required(listOf(auditName)),
        on_repeat: optional<string | undefined>(words, undefined),
        on_failure: optional<string | undefined>(words, undefined),
      }),
    ),
    {},
  ),
});
