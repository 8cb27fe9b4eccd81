import { correctDecision, decideCase } from './decide.js';
import { investigateCase, registerCase } from './investigate.js';
import { answered, asOfficer, type Remit } from './remit.js';

/** What became of a case, as its owners and the read models tell it. */
export type LifeOfACase = Awaited<ReturnType<typeof lifeOfACase>>;

/** Registers a case, investigates it, decides it and corrects the decision, then reads what has become of it. */
export async function lifeOfACase(baseUrl: string, legalName: string) {
  const { caseId, partyId } = await registerCase(baseUrl, legalName);
  const investigated = await investigateCase(baseUrl, caseId, partyId);
  const decisionId = await decideCase(baseUrl, investigated);
  const waitForEventId = await correctDecision(baseUrl, decisionId);
  const aude = await asOfficer(baseUrl, 'auditor_aude');
  const [decision, dossier, actions] = await Promise.all([
    answered(aude.GET('/api/v1/decisions/{decisionId}', { params: { path: { decisionId } } })),
    answered(aude.GET('/api/v1/cases/{caseId}/dossier', { params: { path: { caseId }, query: { waitForEventId } } })),
    actionsOn(aude, caseId, waitForEventId),
  ]);
  return { ...investigated, decision, dossier, actions };
}

/** What was done about the case, oldest first, page by page. */
async function actionsOn(aude: Remit, caseId: string, waitForEventId: string): Promise<string[]> {
  const actions: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const query = { waitForEventId, limit: 10, ...(cursor !== undefined && { cursor }) };
    const page = await answered(
      aude.GET('/api/v1/cases/{caseId}/audit-trail', { params: { path: { caseId }, query } }),
    );
    actions.push(...page.data.map(({ action }) => action));
    cursor = page.nextCursor;
  }
  return actions;
}
