import type { Classification } from '../base/context.js';

/** An event as the log holds it and consumers receive it. Shared between consumers: nobody changes one. */
export interface Envelope<Payload = unknown> {
  readonly id: string;
  /** Place in the log; says nothing about commit order across aggregates. */
  readonly position: string;
  readonly producer: string;
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly aggregateVersion: number;
  readonly eventType: string;
  readonly eventVersion: number;
  readonly topic: string;
  readonly eventKey: string;
  readonly classification: Classification;
  readonly correlationId: string;
  readonly causationId: string;
  readonly traceContext: string | null;
  /** ISO 8601 UTC, by the application's clock. */
  readonly occurredAt: string;
  readonly payload: Payload;
}

/** A class in `contracts/<module>` that says what an event carries. */
export interface EventContract<Payload extends object = object> {
  new (): Payload;
  readonly type: string;
  readonly version: number;
}

/** A class in `contracts/<module>` that says what a question or command takes; its answer's type is known by it. */
export interface RequestContract<Input extends object = object> {
  new (): Input;
  readonly type: string;
}

/** What a question is answered with: one of a class, one or null, or a list of them. */
export type AnswerRule = { one: new () => object } | { oneOrNone: new () => object } | { each: new () => object };

/** A class in `contracts/<module>` that says what a question takes, and by which class its answer is checked. */
export interface QuestionContract<Input extends object = object> extends RequestContract<Input> {
  readonly answer: AnswerRule;
}

/** A question or command input that knows the type of its answer. */
export interface Answered<Answer> {
  readonly _answer?: Answer;
}

export type AnswerTo<Input> = Input extends Answered<infer Answer> ? Answer : never;

/** Every command stages one of these in its own transaction; the log delivers it to Audit alone. */
export interface AuditStaged {
  auditId: string;
  eventType: string;
  occurredAt: string;
  actor: { actorId: string; role: string };
  subject: Record<string, string>;
  subjectVersion: number | null;
  action: string;
  beforeState: string | null;
  afterState: string | null;
  policyDecisionId: string;
  policies: readonly string[];
  sourceCommandId: string;
  correlationId: string;
  publishedEventIds: string[];
  /** `<id>@<version>` of everything the command relied on. */
  dataUsed: string[];
  evidenceRefs: string[];
  reasonCode: string | null;
}

/** What a use case says of itself for the audit record; the rest follows from the call. */
export interface AuditNote {
  /** Past tense with `Audit`, e.g. `CaseRegisteredAudit`. */
  eventType: string;
  /** Verb and object, e.g. `REGISTER_CASE`. */
  action: string;
  /** Ids that name the subject: its case first where there is one. */
  subject: Record<string, string>;
  subjectVersion?: number;
  beforeState?: string | null;
  afterState?: string | null;
  dataUsed?: string[];
  evidenceRefs?: string[];
  reasonCode?: string;
}

export const AUDIT_EVENT = 'AuditStaged';
