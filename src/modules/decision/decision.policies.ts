import { ANY_OFFICER, type RolePolicy } from '../../casework/roles.js';

const legal = { roles: ['LEGAL_REVIEWER'], highRisk: true } as const;
const authority = { roles: ['DECISION_AUTHORITY'], ifMatch: true, highRisk: true } as const;
const eitherOfThem = { roles: ['LEGAL_REVIEWER', 'DECISION_AUTHORITY'], ifMatch: true, highRisk: true } as const;
const reasoning = { roles: ['DECISION_AUTHORITY', 'LEGAL_REVIEWER', 'AUDITOR'], highRisk: true } as const;

const CORRECTION = '/decisions/{decisionId}/corrections/{correctionId}';

/** Who may do what, row for row from the permission table. Separation of duties is the aggregates' own rule. */
export const decisionPolicies = {
  draft: { endpoint: 'POST /decision-packages', name: 'draft-decision-package', ...legal },
  submit: {
    endpoint: 'POST /decision-packages/{decisionPackageId}/submission',
    name: 'submit-decision-package',
    ifMatch: true,
    ...legal,
  },
  approve: {
    endpoint: 'POST /decision-packages/{decisionPackageId}/approval',
    name: 'approve-decision',
    ...authority,
  },
  reject: {
    endpoint: 'POST /decision-packages/{decisionPackageId}/rejection',
    name: 'reject-decision-package',
    ...authority,
  },
  listPackages: { endpoint: 'GET /decision-packages', roles: ANY_OFFICER },
  readPackage: { endpoint: 'GET /decision-packages/{decisionPackageId}', roles: ANY_OFFICER },
  readSubmissions: { endpoint: 'GET /decision-packages/{decisionPackageId}/submissions', roles: ANY_OFFICER },

  listDecisions: { endpoint: 'GET /decisions', roles: ANY_OFFICER },
  readDecision: { endpoint: 'GET /decisions/{decisionId}', roles: ANY_OFFICER },
  readVersions: { endpoint: 'GET /decisions/{decisionId}/versions', roles: ANY_OFFICER },
  readReasoning: { endpoint: 'GET /decisions/{decisionId}/reasoning', name: 'read-reasoning', ...reasoning },

  requestCorrection: {
    endpoint: 'POST /decisions/{decisionId}/corrections',
    name: 'request-decision-correction',
    ...eitherOfThem,
  },
  listCorrections: { endpoint: 'GET /decisions/{decisionId}/corrections', roles: ANY_OFFICER },
  readCorrection: { endpoint: `GET ${CORRECTION}`, roles: ANY_OFFICER },
  readProposedReasoning: { endpoint: `GET ${CORRECTION}/reasoning`, name: 'read-reasoning', ...reasoning },
  approveCorrection: { endpoint: `POST ${CORRECTION}/approval`, name: 'approve-decision-correction', ...authority },
  rejectCorrection: { endpoint: `POST ${CORRECTION}/rejection`, name: 'reject-decision-correction', ...authority },
  withdrawCorrection: {
    endpoint: `POST ${CORRECTION}/withdrawal`,
    name: 'withdraw-decision-correction',
    ...eitherOfThem,
  },
  handOverCorrection: {
    endpoint: `POST ${CORRECTION}/handover`,
    name: 'hand-over-decision-correction',
    ...eitherOfThem,
  },

  listReviews: { endpoint: 'GET /decision-reviews', roles: ANY_OFFICER },
  readReview: { endpoint: 'GET /decision-reviews/{reviewId}', roles: ANY_OFFICER },
  concludeReview: {
    endpoint: 'POST /decision-reviews/{reviewId}/conclusion',
    name: 'conclude-decision-review',
    ...authority,
  },
} as const satisfies Record<string, RolePolicy>;
