import { GUARDS } from '../../casework/guards.js';
import { ANY_OFFICER, type RolePolicy } from '../../casework/roles.js';

const legal = { roles: ['LEGAL_REVIEWER'], highRisk: true } as const;
const authority = { roles: ['DECISION_AUTHORITY'], ifMatch: true, highRisk: true } as const;
const eitherOfThem = { roles: ['LEGAL_REVIEWER', 'DECISION_AUTHORITY'], ifMatch: true, highRisk: true } as const;
const reasoning = { roles: ['DECISION_AUTHORITY', 'LEGAL_REVIEWER', 'AUDITOR'], highRisk: true } as const;

const CORRECTION = '/decisions/{decisionId}/corrections/{correctionId}';

/** Who may do what, row for row from the permission table. Separation of duties is the aggregates' own rule. */
export const decisionPolicies = {
  draft: { endpoint: 'POST /decision-packages', name: 'draft-decision-package', ...legal, guards: [GUARDS.namedCase] },
  submit: {
    endpoint: 'POST /decision-packages/{decisionPackageId}/submission',
    name: 'submit-decision-package',
    ifMatch: true,
    ...legal,
    guards: [GUARDS.ofCase],
  },
  approve: {
    endpoint: 'POST /decision-packages/{decisionPackageId}/approval',
    name: 'approve-decision',
    ...authority,
    guards: [GUARDS.ofCase, GUARDS.ofCaptured, GUARDS.bySomebodyElse],
  },
  reject: {
    endpoint: 'POST /decision-packages/{decisionPackageId}/rejection',
    name: 'reject-decision-package',
    ...authority,
    guards: [GUARDS.ofCase, GUARDS.bySomebodyElse],
  },
  listPackages: { endpoint: 'GET /decision-packages', roles: ANY_OFFICER, guards: [GUARDS.ofListedCase] },
  readPackage: { endpoint: 'GET /decision-packages/{decisionPackageId}', roles: ANY_OFFICER, guards: [GUARDS.ofCase] },
  readSubmissions: {
    endpoint: 'GET /decision-packages/{decisionPackageId}/submissions',
    roles: ANY_OFFICER,
    guards: [GUARDS.ofCase],
  },

  listDecisions: { endpoint: 'GET /decisions', roles: ANY_OFFICER, guards: [GUARDS.ofListedCase] },
  readDecision: { endpoint: 'GET /decisions/{decisionId}', roles: ANY_OFFICER, guards: [GUARDS.ofCase] },
  readVersions: { endpoint: 'GET /decisions/{decisionId}/versions', roles: ANY_OFFICER, guards: [GUARDS.ofCase] },
  readReasoning: {
    endpoint: 'GET /decisions/{decisionId}/reasoning',
    name: 'read-reasoning',
    ...reasoning,
    guards: [GUARDS.ofCase, GUARDS.ofReasoning],
  },

  requestCorrection: {
    endpoint: 'POST /decisions/{decisionId}/corrections',
    name: 'request-decision-correction',
    ...eitherOfThem,
    guards: [GUARDS.ofCase],
  },
  listCorrections: { endpoint: 'GET /decisions/{decisionId}/corrections', roles: ANY_OFFICER, guards: [GUARDS.ofCase] },
  readCorrection: { endpoint: `GET ${CORRECTION}`, roles: ANY_OFFICER, guards: [GUARDS.ofCase] },
  readProposedReasoning: {
    endpoint: `GET ${CORRECTION}/reasoning`,
    name: 'read-reasoning',
    ...reasoning,
    guards: [GUARDS.ofCase, GUARDS.ofReasoning],
  },
  approveCorrection: {
    endpoint: `POST ${CORRECTION}/approval`,
    name: 'approve-decision-correction',
    ...authority,
    guards: [GUARDS.ofCase, GUARDS.ofCaptured, GUARDS.byNamedAuthority],
  },
  rejectCorrection: {
    endpoint: `POST ${CORRECTION}/rejection`,
    name: 'reject-decision-correction',
    ...authority,
    guards: [GUARDS.ofCase, GUARDS.byNamedAuthority],
  },
  withdrawCorrection: {
    endpoint: `POST ${CORRECTION}/withdrawal`,
    name: 'withdraw-decision-correction',
    ...eitherOfThem,
    guards: [GUARDS.ofCase, GUARDS.byRequester],
  },
  handOverCorrection: {
    endpoint: `POST ${CORRECTION}/handover`,
    name: 'hand-over-decision-correction',
    ...eitherOfThem,
    guards: [GUARDS.ofCase, GUARDS.byRequester],
  },

  listReviews: { endpoint: 'GET /decision-reviews', roles: ANY_OFFICER, guards: [GUARDS.ofListedCase] },
  readReview: { endpoint: 'GET /decision-reviews/{reviewId}', roles: ANY_OFFICER, guards: [GUARDS.ofCase] },
  concludeReview: {
    endpoint: 'POST /decision-reviews/{reviewId}/conclusion',
    name: 'conclude-decision-review',
    ...authority,
    guards: [GUARDS.ofCase],
  },
} as const satisfies Record<string, RolePolicy>;
