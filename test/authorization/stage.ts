import type { Classification } from '../../src/platform/base/context.js';
import { newId } from '../../src/platform/base/ids.js';
import { CaseJourney, type Answered } from '../journeys/case-journey.js';
import { inDays } from '../journeys/evidence-case.js';
import type { TestApplication } from '../support/application.js';

/** Who may see a case, by what the contract says of it. */
export interface Setting {
  classification: Classification;
  restrictedToTeam: boolean;
}

/** A case in every state that a route needs, and the ids of what belongs to it. */
export interface World extends Setting {
  caseId: string;
  caseNumber: string;
  partyId: string;
  investigationId: string;
  allegationId: string;
  findingId: string;
  evidenceId: string;
  /** Of a grant that has ended. */
  grantId: string;
  decisionPackageId: string;
  decisionId: string;
  correctionId: string;
  reviewId: string;
  processInstanceId: string;
  auditId: string;
}

export const SETTINGS: readonly Setting[] = [
  { classification: 'PUBLIC', restrictedToTeam: false },
  { classification: 'INTERNAL', restrictedToTeam: false },
  { classification: 'CONFIDENTIAL', restrictedToTeam: false },
  { classification: 'RESTRICTED', restrictedToTeam: false },
  { classification: 'PUBLIC', restrictedToTeam: true },
  { classification: 'CONFIDENTIAL', restrictedToTeam: true },
];

/** What is nowhere: an id of each kind that nothing has. */
export const nowhere = (): World => ({
  classification: 'PUBLIC',
  restrictedToTeam: false,
  caseId: newId('case'),
  caseNumber: 'GEN-1999-000001',
  partyId: newId('pty'),
  investigationId: newId('inv'),
  allegationId: newId('alg'),
  findingId: newId('fnd'),
  evidenceId: newId('ev'),
  grantId: newId('grant'),
  decisionPackageId: newId('dpkg'),
  decisionId: newId('dec'),
  correctionId: newId('cor'),
  reviewId: newId('rev'),
  processInstanceId: newId('wf'),
  auditId: newId('audit'),
});

interface Listed {
  data: Record<string, string>[];
}

export async function makeParty(remit: TestApplication, classification: Classification): Promise<string> {
  const { body } = await remit
    .as('supervisor_sol')
    .post<{ partyId: string }>('/parties', { kind: 'ORGANISATION', legalName: 'Weir Paper Ltd', classification });
  return body.partyId;
}

/** The way of a case through every module. Evidence and party are PUBLIC: they keep nobody from what the case lets see. */
export async function makeWorld(remit: TestApplication, setting: Setting): Promise<World> {
  const partyId = await makeParty(remit, 'PUBLIC');
  const { body } = await remit.as('supervisor_sol').post<{ caseId: string; caseNumber: string }>('/cases', {
    ...{ caseTypeCode: 'GEN', title: 'Discharge', ...setting },
    parties: [{ partyId, role: 'SUBJECT' }],
  });
  const on = new CaseJourney(remit, body.caseId, partyId);
  await on.investigationOpened();
  await on.allege('Pulp was discharged.');
  await on.collect(Buffer.from('the outfall'), 'Photograph', 'Ivo Marsh');
  const cleo = remit.as('custodian_cleo');
  const grant = { granteeId: 'legal_lena', purpose: 'To read', expiresAt: inDays(1) };
  const granted = await on.done(cleo.post(`/evidence/${on.evidenceId}/access-grants`, grant));
  await cleo.send('DELETE', `/evidence/${on.evidenceId}/access-grants/${String(granted.grantId)}`);
  await on.find('It was so.');
  await on.conclude();
  await on.draft();
  await on.submit();
  on.decisionId = String((await on.done(on.approve('authority_ada', 'It was the first time.'))).decisionId);
  const asked = { outcome: 'WARNING_AND_REMEDIATION_ORDER', reason: 'A slip.', approvedBy: 'authority_abe' };
  const correction = await corrected(on, asked);
  // What a decision rests on is reviewed when it is classified anew.
  await on.classify('PUBLIC', 'Nothing in it is secret.');
  const firstOf = async (path: string, field: string): Promise<string> => {
    const found = await on.comesTo<Listed>('auditor_aude', path, ({ data }) => data.length > 0);
    return found.data[0]?.[field] ?? '';
  };
  return {
    ...setting,
    ...body,
    partyId,
    investigationId: on.investigationId,
    allegationId: on.allegationId,
    findingId: on.findingId,
    evidenceId: on.evidenceId,
    grantId: String(granted.grantId),
    decisionPackageId: on.packageId,
    decisionId: on.decisionId,
    correctionId: String(correction.correctionId),
    reviewId: await firstOf(`/decision-reviews?caseId=${on.caseId}`, 'reviewId'),
    processInstanceId: await firstOf(`/processes?caseId=${on.caseId}`, 'processInstanceId'),
    auditId: await firstOf(`/audit/records?caseId=${on.caseId}`, 'auditId'),
  };
}

/** Of the decision at its present version. */
export async function corrected(on: CaseJourney, asked: object, by = 'legal_lena'): Promise<Answered> {
  return on.done(on.command(by, `/decisions/${on.decisionId}`, 'corrections', asked));
}

/** Every read model has seen the case through, so that nothing about it changes any more by itself. */
export async function settled(remit: TestApplication, worlds: readonly World[]): Promise<void> {
  for (const { caseId, caseNumber, partyId, decisionId } of worlds) {
    const on = new CaseJourney(remit, caseId, partyId);
    await on.comesTo<{ data?: { decisions: object[]; status: string } }>(
      'supervisor_sol',
      `/cases/${caseId}/dossier`,
      ({ data }) => data?.decisions.length === 1 && data.status === 'DECIDED',
    );
    await on.comesTo<Listed>('supervisor_sol', '/worklist?limit=100', ({ data }) =>
      data.some((row) => row.caseNumber === caseNumber && row.status === 'DECIDED'),
    );
    await on.comesTo<{ data?: { cases: object[] } }>(
      'supervisor_sol',
      `/parties/${partyId}/case-history`,
      ({ data }) => data?.cases.length === 1,
    );
    await on.comesTo<Answered>('supervisor_sol', `/decisions/${decisionId}`, ({ status }) => status === 'FINALIZED');
    await on.comesTo<Answered>('supervisor_sol', `/investigations?caseId=${caseId}`, ({ data }) =>
      (data as Answered[]).every(({ status }) => status === 'COMPLETED'),
    );
  }
}
