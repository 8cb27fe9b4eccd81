import type { CaseHeaderAmended } from '../../contracts/case-registry/case-header-amended.v1.js';
import type { CaseLifecycleChanged } from '../../contracts/case-registry/case-lifecycle-changed.v1.js';
import type { CaseRegistered } from '../../contracts/case-registry/case-registered.v1.js';
import type { Classification } from '../../contracts/shared/values.js';
import type { Envelope } from '../../platform/messaging/envelope.js';

/** A case as its owner's events describe it, by column name. Empty until its registration is seen. */
export interface CaseFacts {
  case_number: string | null;
  case_type_code: string | null;
  title: string | null;
  status: string | null;
  classification: Classification | null;
  restricted_to_team: boolean | null;
  team: string | null;
  location: string | null;
  received_on: string | null;
  occurred_on: string | null;
  registered_at: Date | string | null;
}

const UNREGISTERED: CaseFacts = {
  case_number: null,
  case_type_code: null,
  title: null,
  status: null,
  classification: null,
  restricted_to_team: null,
  team: null,
  location: null,
  received_on: null,
  occurred_on: null,
  registered_at: null,
};
export const CASE_FACTS = Object.keys(UNREGISTERED) as (keyof CaseFacts)[];

/** Of a case whose registration has not been seen, in a row that keeps these facts. */
export const unregistered = <Fact extends keyof CaseFacts>(facts: readonly Fact[]): Pick<CaseFacts, Fact> =>
  Object.fromEntries(facts.map((fact) => [fact, UNREGISTERED[fact]])) as Pick<CaseFacts, Fact>;

/** Every fact as a select list. Days are read as text, for a `Date` would have a time zone. */
export const factsFrom = (alias: string): string =>
  CASE_FACTS.map((fact) => (fact.endsWith('_on') ? `${alias}.${fact}::text AS ${fact}` : `${alias}.${fact}`)).join(
    ', ',
  );

/** Every fact as readers see it. */
export const shownFacts = (facts: CaseFacts) => ({
  caseNumber: facts.case_number,
  caseTypeCode: facts.case_type_code,
  title: facts.title,
  status: facts.status,
  classification: facts.classification,
  restrictedToTeam: facts.restricted_to_team,
  team: facts.team,
  location: facts.location,
  receivedOn: facts.received_on,
  occurredOn: facts.occurred_on,
  registeredAt: facts.registered_at,
});

/**
 * What its registration says of a case. The status is the lifecycle's, an aggregate of its own whose events may have
 * come first.
 */
export function factsOf(
  { payload, occurredAt }: Envelope<CaseRegistered>,
  known: Pick<CaseFacts, 'status'>,
): CaseFacts {
  return {
    case_number: payload.caseNumber,
    case_type_code: payload.caseTypeCode,
    title: payload.title,
    status: known.status ?? payload.status,
    classification: payload.classification,
    restricted_to_team: payload.restrictedToTeam,
    team: payload.team ?? null,
    location: payload.location ?? null,
    received_on: payload.receivedOn ?? null,
    occurred_on: payload.occurredOn ?? null,
    registered_at: occurredAt,
  };
}

/** What an amendment says of it; the event gives the header as it is now. */
export function amendedFacts({ payload }: Envelope<CaseHeaderAmended>): Partial<CaseFacts> {
  return {
    title: payload.title,
    classification: payload.classification,
    restricted_to_team: payload.restrictedToTeam,
    team: payload.team ?? null,
    location: payload.location ?? null,
    ...(payload.receivedOn !== undefined && { received_on: payload.receivedOn }),
    ...(payload.occurredOn !== undefined && { occurred_on: payload.occurredOn }),
  };
}

/** Where the case stands now. */
export const lifecycleFact = ({ payload }: Envelope<CaseLifecycleChanged>): Pick<CaseFacts, 'status'> => ({
  status: payload.toStatus,
});

/** The case that an event is about. */
export const caseKey = (event: Envelope): readonly string[] => [(event as Envelope<{ caseId: string }>).payload.caseId];
