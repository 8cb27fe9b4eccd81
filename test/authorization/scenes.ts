import { CLASSIFICATIONS, type Classification } from '../../src/platform/base/context.js';
import { CaseJourney, type Answered } from '../journeys/case-journey.js';
import { inDays } from '../journeys/evidence-case.js';
import type { TestApplication } from '../support/application.js';
import { eventually } from '../support/eventually.js';
import { callAs, idOfCaller, TEAM, type Caller } from './callers.js';
import { makeParty, nowhere, type World } from './stage.js';

/** What of an item must not be read by whom it is withheld from. */
export const TITLE = 'Kanarienvogel';

/** Whose own the decision and the items are that were made for this. Cleared for what is PUBLIC alone. */
export const OWN: Caller = {
  roles: ['LEGAL_REVIEWER', 'DECISION_AUTHORITY', 'INVESTIGATOR', 'ENFORCEMENT_OFFICER', 'EVIDENCE_CUSTODIAN'],
  clearance: 'PUBLIC',
  team: TEAM,
  name: 'own',
};

/** Has a live grant on each item that was made for this, and neither clearance nor team. */
export const granteeOf = (role: string): Caller => ({
  roles: [role],
  clearance: 'PUBLIC',
  team: 'other',
  name: 'grantee',
});

/** One party of each classification, as far as a party is a world. */
export const makeParties = (remit: TestApplication): Promise<World[]> =>
  Promise.all(
    CLASSIFICATIONS.map(async (classification) => {
      const partyId = await makeParty(remit, classification);
      const { body } = await eventually(
        () => remit.as('auditor_aude').get<{ data: { auditId: string }[] }>(`/audit/records?partyId=${partyId}`),
        ({ body: { data } }) => data.length > 0,
      );
      await eventually(
        () => remit.as('supervisor_sol').get(`/parties/${partyId}/case-history`),
        ({ status }) => status === 200,
      );
      return { ...nowhere(), classification, partyId, auditId: body.data[0]?.auditId ?? '' };
    }),
  );

async function sent(
  remit: TestApplication,
  by: Caller,
  method: string,
  path: string,
  body: unknown,
  etag?: string,
): Promise<Answered> {
  const headers: Record<string, string> = etag === undefined ? {} : { 'if-match': etag };
  const { status, text } = await callAs(remit, by, { method, path, body, headers });
  if (status >= 300) throw new Error(`${method} ${path} was refused: ${status} ${text}`);
  return (text === '' ? {} : JSON.parse(text)) as Answered;
}

const etagOf = async (remit: TestApplication, path: string): Promise<string> =>
  (await remit.as('supervisor_sol').get(path)).headers.get('etag') ?? '';

/** An item of a case that its own officer registered and filled, granted to one grantee of each of the roles. */
async function makeItem(
  remit: TestApplication,
  on: World,
  classification: Classification,
  roles: readonly string[],
  by = OWN,
): Promise<World> {
  const { evidenceId } = await sent(remit, by, 'POST', '/evidence', {
    ...{ caseId: on.caseId, title: TITLE, mediaType: 'text/plain', classification },
    ...{ collectedAt: '2026-01-05T09:30:00Z', collectedBy: 'Ivo Marsh' },
  });
  const item = `/evidence/${String(evidenceId)}`;
  const content = { 'content-type': 'application/octet-stream', 'if-match': '"1"' };
  await callAs(remit, by, { method: 'PUT', path: `${item}/content`, body: 'the outfall', headers: content });
  await Promise.all(
    roles.map((role) =>
      remit.as('custodian_cleo').post(`${item}/access-grants`, {
        ...{ granteeId: idOfCaller(granteeOf(role)), purpose: 'To read', expiresAt: inDays(2) },
      }),
    ),
  );
  const ended = await remit.as('custodian_cleo').post<{ grantId: string }>(`${item}/access-grants`, {
    ...{ granteeId: 'legal_lena', purpose: 'To read', expiresAt: inDays(2) },
  });
  const { grantId } = ended.body;
  await remit.as('custodian_cleo').send('DELETE', `${item}/access-grants/${grantId}`);
  return { ...on, classification, evidenceId: String(evidenceId), grantId };
}

/** An item of each classification in a case that everybody may see. */
export const makeItems = (remit: TestApplication, on: World, roles: readonly string[]): Promise<World[]> =>
  Promise.all(CLASSIFICATIONS.map((classification) => makeItem(remit, on, classification, roles)));

/** An item in a case that few may see, granted to those who may not. */
export const makeHiddenItem = (remit: TestApplication, on: World, roles: readonly string[]): Promise<World> =>
  makeItem(remit, on, on.classification, roles, { ...OWN, clearance: 'RESTRICTED', name: 'maker' });

/** What one officer proposed, and nobody has decided yet. */
export interface Proposals {
  /** Awaits approval; rests on RESTRICTED evidence. */
  package: World;
  /** A correction of a decision that rests on RESTRICTED evidence, which names an authority who is not cleared for it. */
  correction: World;
}

export const NAMED: Caller = { roles: ['DECISION_AUTHORITY'], clearance: 'PUBLIC', team: TEAM, name: 'named' };

export async function makeProposals(remit: TestApplication, on: World, items: readonly World[]): Promise<Proposals> {
  const { caseId, investigationId, partyId } = on;
  const evidenceIds = items.map(({ evidenceId }) => evidenceId);
  const submitted = async (): Promise<World> => {
    const draft = { caseId, investigationId, evidenceIds, subjectPartyId: partyId };
    const decisionPackageId = String((await sent(remit, OWN, 'POST', '/decision-packages', draft)).decisionPackageId);
    const path = `/decision-packages/${decisionPackageId}`;
    await sent(remit, OWN, 'POST', `${path}/submission`, {}, await etagOf(remit, path));
    return { ...on, decisionPackageId };
  };
  const decided = await submitted();
  const journey = new CaseJourney(remit, caseId, partyId);
  journey.packageId = decided.decisionPackageId;
  const { decisionId } = await journey.done(journey.approve('authority_abe', 'It was the first time.'));
  const correction = { outcome: 'WARNING_AND_REMEDIATION_ORDER', reason: 'A slip.', approvedBy: idOfCaller(NAMED) };
  const path = `/decisions/${String(decisionId)}`;
  const etag = await etagOf(remit, path);
  const { correctionId } = await sent(remit, OWN, 'POST', `${path}/corrections`, correction, etag);
  return {
    package: await submitted(),
    correction: { ...decided, decisionId: String(decisionId), correctionId: String(correctionId) },
  };
}
