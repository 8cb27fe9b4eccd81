import type { InvestigatedCase } from './investigate.js';
import { answered, asOfficer, ifMatch } from './remit.js';

/**
 * A legal reviewer lays the case before an authority, who decides it.
 * @returns the id of the decision
 */
export async function decideCase(
  baseUrl: string,
  { caseId, investigationId, evidenceId, partyId }: InvestigatedCase,
): Promise<string> {
  const [lena, ada] = await Promise.all([asOfficer(baseUrl, 'legal_lena'), asOfficer(baseUrl, 'authority_ada')]);
  const drafted = await answered(
    lena.POST('/api/v1/decision-packages', {
      body: { caseId, investigationId, evidenceIds: [evidenceId], subjectPartyId: partyId },
    }),
  );
  const path = { decisionPackageId: drafted.decisionPackageId };
  const submitted = await answered(
    lena.POST('/api/v1/decision-packages/{decisionPackageId}/submission', {
      params: { path, header: ifMatch(drafted.version) },
    }),
  );
  const { decisionId } = await answered(
    ada.POST('/api/v1/decision-packages/{decisionPackageId}/approval', {
      params: { path, header: ifMatch(submitted.version) },
      body: {
        outcome: 'REMEDIATION_ORDER',
        legalBasisCodes: ['WATER-12'],
        reasoning: 'The discharge went on for a week.',
        noticeRequired: true,
        obligations: [{ obligationType: 'REMEDIATION', partyId, dueInDays: 90 }],
      },
    }),
  );
  return decisionId;
}

/**
 * Two persons correct a decision: one requests it, the authority that is named in the request approves it.
 * @returns the event that tells of it
 */
export async function correctDecision(baseUrl: string, decisionId: string): Promise<string> {
  const [lena, abe] = await Promise.all([asOfficer(baseUrl, 'legal_lena'), asOfficer(baseUrl, 'authority_abe')]);
  const decision = await answered(lena.GET('/api/v1/decisions/{decisionId}', { params: { path: { decisionId } } }));
  const { correctionId, version } = await answered(
    lena.POST('/api/v1/decisions/{decisionId}/corrections', {
      params: { path: { decisionId }, header: ifMatch(decision.version) },
      body: {
        outcome: 'WARNING_AND_REMEDIATION_ORDER',
        reason: 'The warning that the authority gave was left out.',
        approvedBy: 'authority_abe',
      },
    }),
  );
  const { publishedEventId } = await answered(
    abe.POST('/api/v1/decisions/{decisionId}/corrections/{correctionId}/approval', {
      params: { path: { decisionId, correctionId }, header: ifMatch(version) },
    }),
  );
  return publishedEventId;
}
