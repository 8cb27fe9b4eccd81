import { randomUUID } from 'node:crypto';
import { answered, asOfficer, eventually, ifMatch } from './remit.js';

/** A case whose investigation is over, so that it can be decided. */
export interface InvestigatedCase {
  caseId: string;
  caseNumber: string;
  partyId: string;
  investigationId: string;
  evidenceId: string;
}

const PHOTOGRAPH = new TextEncoder().encode('The outfall, seen from the bank.');

/** Registers a party and a case against it. A repeat with the same key would be answered with the same case. */
export async function registerCase(
  baseUrl: string,
  legalName: string,
): Promise<Pick<InvestigatedCase, 'caseId' | 'caseNumber' | 'partyId'>> {
  const ines = await asOfficer(baseUrl, 'intake_ines');
  const { partyId } = await answered(ines.POST('/api/v1/parties', { body: { kind: 'ORGANISATION', legalName } }));
  const { caseId, caseNumber } = await answered(
    ines.POST('/api/v1/cases', {
      params: { header: { 'Idempotency-Key': randomUUID() } },
      body: { caseTypeCode: 'WAT', title: 'Discharge above the weir', parties: [{ partyId, role: 'SUBJECT' }] },
    }),
  );
  return { caseId, caseNumber, partyId };
}

/** Investigates it: evidence with a content, an allegation, a finding that rests on the evidence, the submission. */
export async function investigateCase(baseUrl: string, caseId: string, partyId: string): Promise<InvestigatedCase> {
  const ivo = await asOfficer(baseUrl, 'investigator_ivo');
  const { investigationId, version } = await eventually(async () => {
    const { data } = await answered(ivo.GET('/api/v1/investigations', { params: { query: { caseId } } }));
    return data[0];
  });
  const evidence = await answered(
    ivo.POST('/api/v1/evidence', {
      body: {
        caseId,
        title: 'Photograph of the outfall',
        mediaType: 'image/jpeg',
        classification: 'CONFIDENTIAL',
        collectedAt: '2026-01-05T09:30:00Z',
        collectedBy: 'investigator_ivo',
      },
    }),
  );
  const { evidenceId } = evidence;
  const { evidenceVersion } = await answered(
    ivo.PUT('/api/v1/evidence/{evidenceId}/content', {
      params: { path: { evidenceId }, header: ifMatch(evidence.version) },
      headers: { 'content-type': 'application/octet-stream' },
      body: PHOTOGRAPH,
      // As it is: any other body is written as JSON.
      bodySerializer: (content) => content,
    }),
  );
  const { allegationId } = await answered(
    ivo.POST('/api/v1/investigations/{investigationId}/allegations', {
      params: { path: { investigationId } },
      body: {
        statement: 'Pulp was discharged above the weir.',
        legalBasisCode: 'WATER-12',
        againstPartyId: partyId,
      },
    }),
  );
  await answered(
    ivo.POST('/api/v1/allegations/{allegationId}/findings', {
      params: { path: { allegationId } },
      body: {
        statement: 'The photograph shows it.',
        conclusion: 'SUBSTANTIATED',
        evidenceRefs: [{ evidenceId, evidenceVersion }],
      },
    }),
  );
  await answered(
    ivo.POST('/api/v1/investigations/{investigationId}/submission', {
      params: { path: { investigationId }, header: ifMatch(version) },
      body: { recommendation: 'PROCEED_TO_DECISION' },
    }),
  );
  const { caseNumber } = await answered(ivo.GET('/api/v1/cases/{caseId}', { params: { path: { caseId } } }));
  return { caseId, caseNumber, partyId, investigationId, evidenceId };
}
