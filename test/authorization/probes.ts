import type { Call } from './callers.js';
import type { World } from './stage.js';

/** A call that tells whether its caller was let in, and changes nothing that another call depends on. */
export interface Probe {
  call: Call;
  /** The status, and the code of a refusal, that only someone gets who was let in. */
  letIn: string;
}

/** A version that nothing has: a command that compares it has found the thing, and shown it to its caller. */
const STALE = { 'if-match': '"999999"' };
const NOBODYS = 'pty_01KA9Y3V5M8Q2R7T1W4X6Z0B2C';
const NO_ITEM = { evidenceId: 'ev_01KA9Y3V5M8Q2R7T1W4X6Z0B2C', evidenceVersion: 1 };

const read = (path: string): Probe => ({ call: { method: 'GET', path }, letIn: '200' });
const stale = (method: string, path: string, body: object | string = {}, headers: object = {}): Probe => ({
  call: { method, path, body, headers: { ...STALE, ...headers } },
  letIn: '412 VERSION_MISMATCH',
});
const refused = (path: string, body: object, letIn: string): Probe => ({ call: { method: 'POST', path, body }, letIn });

const correction = ({ decisionId, correctionId }: World): string =>
  `/decisions/${decisionId}/corrections/${correctionId}`;
const pack = ({ decisionPackageId }: World, intent: string): string =>
  `/decision-packages/${decisionPackageId}/${intent}`;
const item = ({ evidenceId }: World, intent: string): string => `/evidence/${evidenceId}/${intent}`;
const determination = { outcome: 'WARNING', legalBasisCodes: ['X-1'], reasoning: 'So.', noticeRequired: false };
const BYTES = { 'content-type': 'application/octet-stream' };

/**
 * How each route is called that reaches a case or what belongs to it, or a party.
 * @param there a world that is there and that everybody may see, whatever the other is
 */
export const PROBES: Readonly<Record<string, (world: World, there: World) => Probe>> = {
  'GET /parties/{id}': ({ partyId }) => read(`/parties/${partyId}`),
  'PATCH /parties/{id}/profile': ({ partyId }) => stale('PATCH', `/parties/${partyId}/profile`, { legalName: 'Weir' }),
  'PUT /parties/{id}/contact-preference': ({ partyId }) =>
    stale('PUT', `/parties/${partyId}/contact-preference`, { channel: 'POST' }),
  'POST /parties/{id}/merge': ({ partyId }) =>
    stale('POST', `/parties/${partyId}/merge`, { intoPartyId: NOBODYS, reason: 'Twice' }),
  'POST /parties/{id}/unmerge': ({ partyId }) => stale('POST', `/parties/${partyId}/unmerge`, { reason: 'Not twice' }),
  'GET /parties/{id}/case-history': ({ partyId }) => read(`/parties/${partyId}/case-history`),

  'GET /cases/{id}': ({ caseId }) => read(`/cases/${caseId}`),
  'PATCH /cases/{id}': ({ caseId }) => stale('PATCH', `/cases/${caseId}`, { title: 'Another' }),
  'POST /cases/{id}/parties': ({ caseId }, { partyId }) =>
    stale('POST', `/cases/${caseId}/parties`, { partyId, role: 'WITNESS' }),
  'DELETE /cases/{id}/parties': ({ caseId, partyId }) => ({
    ...stale('DELETE', `/cases/${caseId}/parties?partyId=${partyId}&role=SUBJECT`),
    call: { method: 'DELETE', path: `/cases/${caseId}/parties?partyId=${partyId}&role=SUBJECT`, headers: STALE },
  }),
  'POST /cases/{id}/links': ({ caseId }) =>
    refused(`/cases/${caseId}/links`, { linkedCaseId: caseId, relation: 'RELATED' }, '409 CASE_LINKED_TO_ITSELF'),
  'POST /cases/{id}/notes': ({ caseId }) => refused(`/cases/${caseId}/notes`, { text: 'Looked at.' }, '201'),
  'GET /cases/{id}/notes': ({ caseId }) => read(`/cases/${caseId}/notes?limit=1`),
  'GET /cases/{id}/permitted-actions': ({ caseId }) => read(`/cases/${caseId}/permitted-actions`),
  'GET /cases/{id}/dossier': ({ caseId }) => read(`/cases/${caseId}/dossier`),
  'GET /cases/{id}/events': ({ caseId }) => read(`/cases/${caseId}/events`),
  'GET /cases/{id}/audit-trail': ({ caseId }) => read(`/cases/${caseId}/audit-trail?limit=1`),
  'GET /audit/records/{id}': ({ auditId }) => read(`/audit/records/${auditId}`),

  'GET /investigations': ({ caseId }) => read(`/investigations?caseId=${caseId}`),
  'GET /investigations/{id}': ({ investigationId }) => read(`/investigations/${investigationId}`),
  'POST /investigations/{id}/allegations': ({ investigationId }) =>
    refused(
      `/investigations/${investigationId}/allegations`,
      { statement: 'It happened.', legalBasisCode: 'X-1', againstPartyId: NOBODYS },
      '409 PARTY_NOT_IN_CASE',
    ),
  'POST /investigations/{id}/submission': ({ investigationId }) =>
    stale('POST', `/investigations/${investigationId}/submission`, { recommendation: 'PROCEED_TO_DECISION' }),
  'GET /allegations': ({ caseId }) => read(`/allegations?caseId=${caseId}`),
  'GET /allegations/{id}': ({ allegationId }) => read(`/allegations/${allegationId}`),
  'PATCH /allegations/{id}': ({ allegationId }) => stale('PATCH', `/allegations/${allegationId}`, { statement: 'So.' }),
  'POST /allegations/{id}/findings': ({ allegationId }) =>
    refused(
      `/allegations/${allegationId}/findings`,
      { statement: 'So.', conclusion: 'SUBSTANTIATED', evidenceRefs: [NO_ITEM] },
      '409 UNKNOWN_EVIDENCE',
    ),
  'GET /findings': ({ caseId }) => read(`/findings?caseId=${caseId}`),
  'GET /findings/{id}': ({ findingId }) => read(`/findings/${findingId}`),
  'PATCH /findings/{id}': ({ findingId }) => stale('PATCH', `/findings/${findingId}`, { statement: 'So.' }),
  'GET /processes': ({ caseId }) => read(`/processes?caseId=${caseId}`),
  'GET /processes/{id}': ({ processInstanceId }) => read(`/processes/${processInstanceId}`),

  // Collected tomorrow: refused by the item's own rule, after the case was looked at.
  'POST /evidence': ({ caseId }) =>
    refused(
      '/evidence',
      {
        ...{ caseId, title: 'Filter', mediaType: 'text/plain', classification: 'PUBLIC' },
        ...{ collectedAt: '2999-01-05T09:30:00Z', collectedBy: 'Ivo' },
      },
      '400 VALIDATION_FAILED',
    ),
  'GET /evidence': ({ caseId }) => read(`/evidence?caseId=${caseId}`),
  'GET /evidence/{id}': ({ evidenceId }) => read(`/evidence/${evidenceId}`),
  'PUT /evidence/{id}/content': (world) => stale('PUT', item(world, 'content'), 'bytes', BYTES),
  'GET /evidence/{id}/content': (world) => read(item(world, 'content')),
  'GET /evidence/{id}/custody': (world) => read(item(world, 'custody?limit=1')),
  'POST /evidence/{id}/classification': (world) =>
    stale('POST', item(world, 'classification'), { classification: 'PUBLIC', reason: 'It is known.' }),
  'POST /evidence/{id}/custody-transfers': (world) =>
    stale('POST', item(world, 'custody-transfers'), { to: 'auditor_aude' }),
  'POST /evidence/{id}/legal-hold': (world) =>
    stale('POST', item(world, 'legal-hold'), { held: true, reason: 'A suit.' }),
  // It would have ended long ago.
  'POST /evidence/{id}/access-grants': (world) =>
    refused(
      item(world, 'access-grants'),
      { granteeId: 'legal_lena', purpose: 'To read', expiresAt: '2001-01-01T00:00:00Z' },
      '400 VALIDATION_FAILED',
    ),
  'GET /evidence/{id}/access-grants': (world) => read(item(world, 'access-grants')),
  'DELETE /evidence/{id}/access-grants/{id}': (world) => ({
    call: { method: 'DELETE', path: item(world, `access-grants/${world.grantId}`) },
    letIn: '409 GRANT_ENDED',
  }),

  'POST /decision-packages': ({ caseId, investigationId }) =>
    refused(
      '/decision-packages',
      { caseId, investigationId, evidenceIds: [], subjectPartyId: NOBODYS },
      '409 SUBJECT_NOT_OF_CASE',
    ),
  'GET /decision-packages': ({ caseId }) => read(`/decision-packages?caseId=${caseId}`),
  'GET /decision-packages/{id}': (world) => read(pack(world, '').slice(0, -1)),
  'GET /decision-packages/{id}/submissions': (world) => read(pack(world, 'submissions')),
  'POST /decision-packages/{id}/submission': (world) => stale('POST', pack(world, 'submission')),
  'POST /decision-packages/{id}/approval': (world) => stale('POST', pack(world, 'approval'), determination),
  'POST /decision-packages/{id}/rejection': (world) => stale('POST', pack(world, 'rejection'), { reason: 'No.' }),
  'GET /decisions': ({ caseId }) => read(`/decisions?caseId=${caseId}`),
  'GET /decisions/{id}': ({ decisionId }) => read(`/decisions/${decisionId}`),
  'GET /decisions/{id}/versions': ({ decisionId }) => read(`/decisions/${decisionId}/versions`),
  'GET /decisions/{id}/reasoning': ({ decisionId }) => read(`/decisions/${decisionId}/reasoning`),
  'POST /decisions/{id}/corrections': ({ decisionId }) =>
    stale('POST', `/decisions/${decisionId}/corrections`, {
      outcome: 'NO_ACTION',
      reason: 'So.',
      approvedBy: 'someone',
    }),
  'GET /decisions/{id}/corrections': ({ decisionId }) => read(`/decisions/${decisionId}/corrections`),
  'GET /decisions/{id}/corrections/{id}': (world) => read(correction(world)),
  'GET /decisions/{id}/corrections/{id}/reasoning': (world) => read(`${correction(world)}/reasoning`),
  'POST /decisions/{id}/corrections/{id}/approval': (world) => stale('POST', `${correction(world)}/approval`),
  'POST /decisions/{id}/corrections/{id}/rejection': (world) =>
    stale('POST', `${correction(world)}/rejection`, { reason: 'No.' }),
  'POST /decisions/{id}/corrections/{id}/withdrawal': (world) => stale('POST', `${correction(world)}/withdrawal`),
  'POST /decisions/{id}/corrections/{id}/handover': (world) =>
    stale('POST', `${correction(world)}/handover`, { approvedBy: 'someone' }),
  'GET /decision-reviews': ({ caseId }) => read(`/decision-reviews?caseId=${caseId}`),
  'GET /decision-reviews/{id}': ({ reviewId }) => read(`/decision-reviews/${reviewId}`),
  'POST /decision-reviews/{id}/conclusion': ({ reviewId }) =>
    stale('POST', `/decision-reviews/${reviewId}/conclusion`, { conclusion: 'CONFIRMED', reason: 'It stands.' }),
};
