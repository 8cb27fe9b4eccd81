import { asServerAdministrator, type TestDatabase } from '../support/database.js';
import type { Officer, Reply } from '../support/officer.js';
import type { Answered, CaseJourney } from '../journeys/case-journey.js';
import { inDays } from '../journeys/evidence-case.js';

/** One of the actions that a permitted-actions answer lists. */
export interface Action {
  action: string;
  owner: string;
  method: string;
  path: string;
  query?: Record<string, string>;
  body?: Record<string, unknown>;
  aggregateId: string;
  version: number | null;
  permitted: boolean;
  refusals: { code: string; detail: string }[];
}

/** A body for each action in which nothing stands against it. */
export const bodiesFor = (on: CaseJourney, otherCaseId: string, actorId: string): Record<string, object> => ({
  AMEND_CASE_HEADER: { title: 'Another title' },
  ADD_CASE_PARTY: { partyId: on.partyId, role: 'WITNESS' },
  LINK_CASE: { linkedCaseId: otherCaseId, relation: 'RELATED' },
  WRITE_CASE_NOTE: { text: 'Looked at.' },
  RECORD_ALLEGATION: { statement: 'It happened.', legalBasisCode: 'X-1', againstPartyId: on.partyId },
  AMEND_ALLEGATION: { statement: 'It happened otherwise.' },
  RECORD_FINDING: {
    statement: 'It was so.',
    conclusion: 'SUBSTANTIATED',
    evidenceRefs: [{ evidenceId: on.evidenceId, evidenceVersion: 1 }],
  },
  AMEND_FINDING: { statement: 'It was otherwise.' },
  REGISTER_EVIDENCE: {
    ...{ caseId: on.caseId, title: 'Filter', collectedBy: 'Ivo', collectedAt: '2026-01-05T09:30:00Z' },
    ...{ mediaType: 'application/octet-stream', classification: 'CONFIDENTIAL' },
  },
  CLASSIFY_EVIDENCE: { classification: 'PUBLIC', reason: 'It is known.' },
  TRANSFER_CUSTODY: { to: 'auditor_aude' },
  HOLD_EVIDENCE: { reason: 'A suit is near.' },
  RELEASE_EVIDENCE: { reason: 'The suit is over.' },
  GRANT_EVIDENCE_ACCESS: { granteeId: 'auditor_aude', purpose: 'To read', expiresAt: inDays(1) },
  DRAFT_DECISION_PACKAGE: {
    ...{ caseId: on.caseId, investigationId: on.investigationId },
    ...{ evidenceIds: [], subjectPartyId: on.partyId },
  },
  APPROVE_DECISION: on.determination('They agreed.'),
  REJECT_DECISION_PACKAGE: { reason: 'The filter must be dated.' },
  REQUEST_DECISION_CORRECTION: { outcome: 'WARNING_AND_REMEDIATION_ORDER', reason: 'A slip.', approvedBy: actorId === 'appeals_aino' ? 'authority_ada' : 'appeals_aino' },
  REJECT_DECISION_CORRECTION: { reason: 'No slip.' },
  HAND_OVER_DECISION_CORRECTION: { approvedBy: 'authority_abe' },
  CONCLUDE_DECISION_REVIEW: { conclusion: 'CONFIRMED', reason: 'It stands.' },
}); // prettier-ignore

/** The code of a command that nothing stood against, where nothing can be committed. */
export const REACHED_ITS_COMMIT = 'INTERNAL_ERROR';

/** Lets `withoutCommits` stop officers' commands. Changing a function waits for nobody, unlike changing a table. */
export async function prepareStop(database: TestDatabase): Promise<void> {
  await stopCommits(database, false);
  await asServerAdministrator(
    (admin) =>
      admin.query(`
        GRANT USAGE ON SCHEMA public TO PUBLIC;
        GRANT EXECUTE ON FUNCTION public.stop_commits() TO PUBLIC;
        CREATE CONSTRAINT TRIGGER stop_commits AFTER INSERT ON bus.outbox_event DEFERRABLE INITIALLY DEFERRED
          FOR EACH ROW WHEN (NEW.payload_json -> 'actor' ->> 'role' <> 'SYSTEM'
            AND NEW.payload_json ->> 'afterState' IS DISTINCT FROM 'REFUSED')
          EXECUTE FUNCTION public.stop_commits()`),
    database.url,
  );
}

/** While the work runs, no officer's command can be committed: each fails at the last moment, after every rule. */
export async function withoutCommits(database: TestDatabase, work: () => Promise<void>): Promise<void> {
  await stopCommits(database, true);
  await work().finally(() => stopCommits(database, false));
}

const stopCommits = (database: TestDatabase, stopped: boolean): Promise<unknown> =>
  asServerAdministrator(
    (admin) =>
      admin.query(`CREATE OR REPLACE FUNCTION public.stop_commits() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN ${stopped ? "RAISE EXCEPTION 'not to be committed'" : 'RETURN NULL'}; END $$`),
    database.url,
  );

/** Gives the command as a client would from what it was told. */
export function callOf(
  officer: Officer,
  { action, method, path, query, body, version }: Action,
  bodies: Record<string, object>,
): Promise<Reply<Answered>> {
  const search = query ? `?${new URLSearchParams(query).toString()}` : '';
  const headers: Record<string, string> = version === null ? {} : { 'if-match': `"${version}"` };
  const target = path.replace('/api/v1', '') + search;
  if (method === 'PUT')
    return officer.send(method, target, Buffer.from('content'), {
      ...headers,
      'content-type': 'application/octet-stream',
    });
  return officer.send(method, target, method === 'DELETE' ? undefined : { ...bodies[action], ...body }, headers);
}
