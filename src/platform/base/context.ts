import { AsyncLocalStorage } from 'node:async_hooks';

/** Lowest to highest. */
export const CLASSIFICATIONS = ['PUBLIC', 'INTERNAL', 'CONFIDENTIAL', 'RESTRICTED'] as const;
export type Classification = (typeof CLASSIFICATIONS)[number];

/** Who acts, as the token (or the system itself) says. */
export interface Actor {
  actorId: string;
  roles: readonly string[];
  clearance: Classification;
  team?: string;
}

/** The policy decision under which a command runs; the audit record carries it. */
export interface PolicyDecision {
  policyDecisionId: string;
  policies: readonly string[];
  /** The role that the policy accepted. */
  role: string;
}

/** What decides besides the role on one kind of thing that a route reaches: a part of a row of the permission table. */
export interface Guard<Of extends string = string, By extends string = string, Unless extends string = string> {
  /** The kind of thing that is guarded. */
  of: Of;
  /** What must speak for the caller. */
  by: readonly By[];
  /** What stands in place of it. */
  unless?: readonly Unless[];
  /** What is answered, or done with the thing, when nothing speaks for the caller. */
  otherwise: string;
}

/** What a repeat of a command must match to be answered from the first answer. */
export interface Idempotency {
  key: string;
  /** Digest of method, path and body. */
  digest: string;
  /** The body is still to come: until then nobody can tell whether this is the request that the key was used for. */
  incomplete?: true;
}

/** Everything about a call that is not its input. One call is one command or one read. */
export interface Call {
  actor: Actor;
  correlationId: string;
  commandId: string;
  traceparent?: string;
  /** The event or command that led here; the command itself unless an event did. */
  causationId: string;
  policyDecision: PolicyDecision;
  /** Of the row that the call came by. What these do not speak of is guarded in full. */
  guards?: readonly Guard[];
  idempotency?: Idempotency;
  /** From If-Match: the version of the aggregate in the path that the caller has seen. */
  expectedVersion?: number;
  /** What it turned out to be about, besides the ids in its path: a refusal is audited where it belongs. */
  subject?: Readonly<Record<string, string>>;
}

/** Under what a job was asked for. It is carried out under the same, also after a restart. */
export type AskedBy = Omit<Call, 'idempotency' | 'expectedVersion' | 'guards'>;

const calls = new AsyncLocalStorage<Call>();

export const withCall = <T>(call: Call, work: () => T): T => calls.run(call, work);

/** @throws Error outside a call: a programming error, never a user's. */
export const currentCall = (): Call => {
  const call = calls.getStore();
  if (!call) throw new Error('No call is under way here.');
  return call;
};

/** Says what the call under way is about, such as the case of what its path names. */
export function concerns(subject: Readonly<Record<string, string>>): void {
  const call = currentCall();
  call.subject = { ...call.subject, ...subject };
}

export const maybeCurrentCall = (): Call | undefined => calls.getStore();

const guardOf = (of: string): Guard | undefined => maybeCurrentCall()?.guards?.find((each) => each.of === of);

/** Whether this must speak for whoever calls, before the route under way shows or changes such a thing. */
export const isGuarded = (of: string, by: string): boolean => guardOf(of)?.by.includes(by) ?? true;

/** The classifications that this clearance may see. */
export const clearedFor = (clearance: Classification): Classification[] =>
  CLASSIFICATIONS.slice(0, CLASSIFICATIONS.indexOf(clearance) + 1);
