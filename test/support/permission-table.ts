/** A row of the permission table: what a route must say of itself, and how it must behave. */
export interface Permission {
  /** Relative to the API's prefix; `**` stands for whatever is below. */
  endpoint: string;
  roles: readonly string[] | 'PUBLIC';
  /** Needs If-Match. */
  ifMatch?: true;
}

/** Those who work on cases. */
const ANY_OFFICER: readonly string[] = [
  ...['INTAKE_OFFICER', 'INVESTIGATOR', 'EVIDENCE_CUSTODIAN', 'LEGAL_REVIEWER', 'DECISION_AUTHORITY'],
  ...['NOTICE_OFFICER', 'ENFORCEMENT_OFFICER', 'APPEAL_OFFICER', 'SUPERVISOR', 'AUDITOR'],
];
const intake: readonly string[] = ['INTAKE_OFFICER', 'SUPERVISOR'];
const custodian: readonly string[] = ['EVIDENCE_CUSTODIAN'];
const collectors: readonly string[] = ['INVESTIGATOR', 'EVIDENCE_CUSTODIAN', 'ENFORCEMENT_OFFICER'];
const supervisor: readonly string[] = ['SUPERVISOR'];
const investigator: readonly string[] = ['INVESTIGATOR'];
const legal: readonly string[] = ['LEGAL_REVIEWER'];
const authority: readonly string[] = ['DECISION_AUTHORITY'];
const legalOrAuthority: readonly string[] = ['LEGAL_REVIEWER', 'DECISION_AUTHORITY'];
const readersOfReasoning: readonly string[] = ['DECISION_AUTHORITY', 'LEGAL_REVIEWER', 'AUDITOR'];

/** Written by hand, from the contract and not from the code: that is what makes it worth comparing. */
export const PERMISSIONS: readonly Permission[] = [
  { endpoint: 'GET /healthz', roles: 'PUBLIC' },
  { endpoint: 'GET /readyz', roles: 'PUBLIC' },
  { endpoint: 'GET /metrics', roles: 'PUBLIC' },
  { endpoint: 'GET /', roles: 'PUBLIC' },
  { endpoint: 'POST /dev/token', roles: 'PUBLIC' },
  { endpoint: 'POST /dev/clock', roles: ['ADMIN'] },

  { endpoint: 'POST /parties', roles: intake },
  { endpoint: 'GET /parties', roles: ANY_OFFICER },
  { endpoint: 'GET /parties/{id}', roles: ANY_OFFICER },
  { endpoint: 'PATCH /parties/{id}/profile', roles: intake, ifMatch: true },
  { endpoint: 'PUT /parties/{id}/contact-preference', roles: intake, ifMatch: true },
  { endpoint: 'POST /parties/{id}/merge', roles: supervisor, ifMatch: true },
  { endpoint: 'POST /parties/{id}/unmerge', roles: supervisor, ifMatch: true },

  { endpoint: 'POST /cases', roles: intake },
  { endpoint: 'GET /cases', roles: ANY_OFFICER },
  { endpoint: 'GET /cases/{id}', roles: ANY_OFFICER },
  { endpoint: 'PATCH /cases/{id}', roles: intake, ifMatch: true },
  { endpoint: 'POST /cases/{id}/parties', roles: intake, ifMatch: true },
  { endpoint: 'DELETE /cases/{id}/parties', roles: intake, ifMatch: true },
  { endpoint: 'POST /cases/{id}/links', roles: ANY_OFFICER },
  { endpoint: 'POST /cases/{id}/notes', roles: ANY_OFFICER },
  { endpoint: 'GET /cases/{id}/notes', roles: ANY_OFFICER },
  { endpoint: 'GET /cases/{id}/permitted-actions', roles: ANY_OFFICER },

  { endpoint: 'POST /imports', roles: intake },
  { endpoint: 'GET /imports/{id}', roles: intake },

  { endpoint: 'GET /investigations', roles: ANY_OFFICER },
  { endpoint: 'GET /investigations/{id}', roles: ANY_OFFICER },
  { endpoint: 'POST /investigations/{id}/allegations', roles: investigator },
  { endpoint: 'POST /investigations/{id}/submission', roles: investigator, ifMatch: true },
  { endpoint: 'GET /allegations', roles: ANY_OFFICER },
  { endpoint: 'GET /allegations/{id}', roles: ANY_OFFICER },
  { endpoint: 'PATCH /allegations/{id}', roles: investigator, ifMatch: true },
  { endpoint: 'POST /allegations/{id}/findings', roles: investigator },
  { endpoint: 'GET /findings', roles: ANY_OFFICER },
  { endpoint: 'GET /findings/{id}', roles: ANY_OFFICER },
  { endpoint: 'PATCH /findings/{id}', roles: investigator, ifMatch: true },

  { endpoint: 'GET /processes', roles: ANY_OFFICER },
  { endpoint: 'GET /processes/{id}', roles: ANY_OFFICER },

  { endpoint: 'POST /evidence', roles: collectors },
  { endpoint: 'GET /evidence', roles: ANY_OFFICER },
  { endpoint: 'GET /evidence/{id}', roles: ANY_OFFICER },
  { endpoint: 'PUT /evidence/{id}/content', roles: collectors, ifMatch: true },
  { endpoint: 'GET /evidence/{id}/content', roles: ANY_OFFICER },
  { endpoint: 'GET /evidence/{id}/custody', roles: ['EVIDENCE_CUSTODIAN', 'AUDITOR', 'SUPERVISOR'] },
  { endpoint: 'POST /evidence/{id}/classification', roles: custodian, ifMatch: true },
  { endpoint: 'POST /evidence/{id}/custody-transfers', roles: custodian, ifMatch: true },
  { endpoint: 'POST /evidence/{id}/legal-hold', roles: custodian, ifMatch: true },
  { endpoint: 'POST /evidence/{id}/access-grants', roles: custodian },
  { endpoint: 'GET /evidence/{id}/access-grants', roles: ['EVIDENCE_CUSTODIAN', 'AUDITOR', 'SUPERVISOR'] },
  { endpoint: 'DELETE /evidence/{id}/access-grants/{id}', roles: custodian },

  { endpoint: 'POST /decision-packages', roles: legal },
  { endpoint: 'GET /decision-packages', roles: ANY_OFFICER },
  { endpoint: 'GET /decision-packages/{id}', roles: ANY_OFFICER },
  { endpoint: 'GET /decision-packages/{id}/submissions', roles: ANY_OFFICER },
  { endpoint: 'POST /decision-packages/{id}/submission', roles: legal, ifMatch: true },
  { endpoint: 'POST /decision-packages/{id}/approval', roles: authority, ifMatch: true },
  { endpoint: 'POST /decision-packages/{id}/rejection', roles: authority, ifMatch: true },
  { endpoint: 'GET /decisions', roles: ANY_OFFICER },
  { endpoint: 'GET /decisions/{id}', roles: ANY_OFFICER },
  { endpoint: 'GET /decisions/{id}/versions', roles: ANY_OFFICER },
  { endpoint: 'GET /decisions/{id}/reasoning', roles: readersOfReasoning },
  { endpoint: 'POST /decisions/{id}/corrections', roles: legalOrAuthority, ifMatch: true },
  { endpoint: 'GET /decisions/{id}/corrections', roles: ANY_OFFICER },
  { endpoint: 'GET /decisions/{id}/corrections/{id}', roles: ANY_OFFICER },
  { endpoint: 'GET /decisions/{id}/corrections/{id}/reasoning', roles: readersOfReasoning },
  { endpoint: 'POST /decisions/{id}/corrections/{id}/approval', roles: authority, ifMatch: true },
  { endpoint: 'POST /decisions/{id}/corrections/{id}/rejection', roles: authority, ifMatch: true },
  { endpoint: 'POST /decisions/{id}/corrections/{id}/withdrawal', roles: legalOrAuthority, ifMatch: true },
  { endpoint: 'POST /decisions/{id}/corrections/{id}/handover', roles: legalOrAuthority, ifMatch: true },
  { endpoint: 'GET /decision-reviews', roles: ANY_OFFICER },
  { endpoint: 'GET /decision-reviews/{id}', roles: ANY_OFFICER },
  { endpoint: 'POST /decision-reviews/{id}/conclusion', roles: authority, ifMatch: true },

  { endpoint: 'GET /worklist', roles: ANY_OFFICER },
  { endpoint: 'GET /cases/{id}/dossier', roles: ANY_OFFICER },
  { endpoint: 'GET /cases/{id}/events', roles: ANY_OFFICER },
  { endpoint: 'GET /parties/{id}/case-history', roles: ANY_OFFICER },

  { endpoint: 'GET /cases/{id}/audit-trail', roles: ['AUDITOR', 'SUPERVISOR'] },
  { endpoint: 'GET /audit/**', roles: ['AUDITOR'] },
  { endpoint: 'POST /audit/**', roles: ['AUDITOR'] },

  { endpoint: 'GET /operations/**', roles: ['OPERATOR', 'SUPERVISOR'] },
  { endpoint: 'POST /operations/**', roles: ['OPERATOR'] },
];

/** The table says `{id}` where a route says what it identifies. */
export const plain = (endpoint: string): string => endpoint.replace(/\{\w+\}/g, '{id}');

/** The row that a route falls under: the one that names it, else the one for all below a path. */
export function permissionFor(endpoint: string): Permission | undefined {
  const below = PERMISSIONS.filter(({ endpoint: row }) => row.endsWith('/**') && endpoint.startsWith(row.slice(0, -2)));
  return PERMISSIONS.find((row) => row.endpoint === plain(endpoint)) ?? below[0];
}
