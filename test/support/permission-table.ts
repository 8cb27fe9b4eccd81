/** A row of the permission table: what a route must say of itself, and how it must behave. */
export interface Permission {
  /** Relative to the API's prefix. */
  endpoint: string;
  roles: readonly string[] | 'PUBLIC';
  /** Needs If-Match. */
  ifMatch?: true;
  /** What decides besides the role. */
  guards?: readonly ExpectedGuard[];
}

/** What must speak for the caller of one kind of thing, what stands in place of it, and what is answered otherwise. */
export interface ExpectedGuard {
  of: 'CASE' | 'PARTY' | 'EVIDENCE' | 'AUDIT_RECORD' | 'REASONING' | 'CAPTURED' | 'DUTIES';
  by: readonly string[];
  unless?: readonly string[];
  otherwise: string;
}

const theCase = (otherwise: string): ExpectedGuard => ({ of: 'CASE', by: ['CLEARANCE', 'TEAM'], otherwise });
const ofCase = [theCase('404 NOT_FOUND')];
const inBody = [theCase('409 UNKNOWN_CASE')];
const ofBoth = [theCase('404 NOT_FOUND, 409 UNKNOWN_CASE')];
const listed = [theCase('left out')];
/** Auditors of any team watch over cases of every team. */
const watched = (otherwise: string): ExpectedGuard => ({ of: 'CASE', by: ['CLEARANCE'], otherwise });
const theParty = (otherwise: string): ExpectedGuard => ({ of: 'PARTY', by: ['CLEARANCE'], otherwise });
const record: ExpectedGuard = { of: 'AUDIT_RECORD', by: ['CLEARANCE'], otherwise: '403 FORBIDDEN' };
const item = (otherwise: string, unless?: string): ExpectedGuard => ({
  ...{ of: 'EVIDENCE', by: ['CLEARANCE'], otherwise },
  ...(unless !== undefined && { unless: [unless] }),
});
const ofItem = [...ofCase, item('403 EVIDENCE_ACCESS_REFUSED')];
/** A grant opens the one item, whatever would keep its reader from the case. */
const granted = (caseOtherwise: string, itemOtherwise: string): ExpectedGuard[] => [
  { ...theCase(caseOtherwise), unless: ['GRANT'] },
  item(itemOtherwise, 'GRANT'),
];
const reasoning: ExpectedGuard = { of: 'REASONING', by: ['CLEARANCE'], unless: ['OWN'], otherwise: '403 FORBIDDEN' };
const captured: ExpectedGuard = { of: 'CAPTURED', by: ['CLEARANCE'], otherwise: '409 AUTHORITY_NOT_CLEARED' };
const duty = (by: string, code: string): ExpectedGuard => ({ of: 'DUTIES', by: [by], otherwise: `409 ${code}` });
const somebodyElse = duty('ANOTHER_THAN_SUBMITTER', 'SEPARATION_OF_DUTIES');
const named = duty('NAMED_AUTHORITY', 'CORRECTION_OF_ANOTHER_AUTHORITY');
const requester = duty('REQUESTER', 'CORRECTION_OF_ANOTHER_OFFICER');

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
const operator: readonly string[] = ['OPERATOR'];
const watching: readonly string[] = ['OPERATOR', 'SUPERVISOR'];
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
  { endpoint: 'GET /parties', roles: ANY_OFFICER, guards: [theParty('left out')] },
  { endpoint: 'GET /parties/{id}', roles: ANY_OFFICER, guards: [theParty('404 NOT_FOUND')] },
  { endpoint: 'PATCH /parties/{id}/profile', roles: intake, ifMatch: true, guards: [theParty('404 NOT_FOUND')] },
  {
    endpoint: 'PUT /parties/{id}/contact-preference',
    roles: intake,
    ifMatch: true,
    guards: [theParty('404 NOT_FOUND')],
  },
  {
    endpoint: 'POST /parties/{id}/merge',
    roles: supervisor,
    ifMatch: true,
    guards: [theParty('404 NOT_FOUND, 409 UNKNOWN_PARTY')],
  },
  { endpoint: 'POST /parties/{id}/unmerge', roles: supervisor, ifMatch: true, guards: [theParty('404 NOT_FOUND')] },

  { endpoint: 'POST /cases', roles: intake },
  { endpoint: 'GET /cases', roles: ANY_OFFICER, guards: listed },
  { endpoint: 'GET /cases/{id}', roles: ANY_OFFICER, guards: ofCase },
  { endpoint: 'PATCH /cases/{id}', roles: intake, ifMatch: true, guards: ofCase },
  { endpoint: 'POST /cases/{id}/parties', roles: intake, ifMatch: true, guards: ofCase },
  { endpoint: 'DELETE /cases/{id}/parties', roles: intake, ifMatch: true, guards: ofCase },
  { endpoint: 'POST /cases/{id}/links', roles: ANY_OFFICER, guards: ofBoth },
  { endpoint: 'POST /cases/{id}/notes', roles: ANY_OFFICER, guards: ofCase },
  { endpoint: 'GET /cases/{id}/notes', roles: ANY_OFFICER, guards: ofCase },
  { endpoint: 'GET /cases/{id}/permitted-actions', roles: ANY_OFFICER, guards: ofCase },

  { endpoint: 'POST /imports', roles: intake },
  { endpoint: 'GET /imports/{id}', roles: intake },

  { endpoint: 'GET /investigations', roles: ANY_OFFICER, guards: ofCase },
  { endpoint: 'GET /investigations/{id}', roles: ANY_OFFICER, guards: ofCase },
  { endpoint: 'POST /investigations/{id}/allegations', roles: investigator, guards: ofCase },
  { endpoint: 'POST /investigations/{id}/submission', roles: investigator, ifMatch: true, guards: ofCase },
  { endpoint: 'GET /allegations', roles: ANY_OFFICER, guards: ofCase },
  { endpoint: 'GET /allegations/{id}', roles: ANY_OFFICER, guards: ofCase },
  { endpoint: 'PATCH /allegations/{id}', roles: investigator, ifMatch: true, guards: ofCase },
  { endpoint: 'POST /allegations/{id}/findings', roles: investigator, guards: ofCase },
  { endpoint: 'GET /findings', roles: ANY_OFFICER, guards: ofCase },
  { endpoint: 'GET /findings/{id}', roles: ANY_OFFICER, guards: ofCase },
  { endpoint: 'PATCH /findings/{id}', roles: investigator, ifMatch: true, guards: ofCase },

  { endpoint: 'GET /processes', roles: ANY_OFFICER, guards: ofCase },
  { endpoint: 'GET /processes/{id}', roles: ANY_OFFICER, guards: ofCase },

  { endpoint: 'POST /evidence', roles: collectors, guards: inBody },
  { endpoint: 'GET /evidence', roles: ANY_OFFICER, guards: granted('left out', 'withheld') },
  { endpoint: 'GET /evidence/{id}', roles: ANY_OFFICER, guards: granted('404 NOT_FOUND', 'withheld') },
  {
    endpoint: 'PUT /evidence/{id}/content',
    roles: collectors,
    ifMatch: true,
    guards: [...ofCase, item('403 EVIDENCE_ACCESS_REFUSED', 'OWN')],
  },
  {
    endpoint: 'GET /evidence/{id}/content',
    roles: ANY_OFFICER,
    guards: granted('404 NOT_FOUND', '403 EVIDENCE_ACCESS_REFUSED'),
  },
  { endpoint: 'GET /evidence/{id}/custody', roles: ['EVIDENCE_CUSTODIAN', 'AUDITOR', 'SUPERVISOR'], guards: ofItem },
  { endpoint: 'POST /evidence/{id}/classification', roles: custodian, ifMatch: true, guards: ofItem },
  { endpoint: 'POST /evidence/{id}/custody-transfers', roles: custodian, ifMatch: true, guards: ofItem },
  { endpoint: 'POST /evidence/{id}/legal-hold', roles: custodian, ifMatch: true, guards: ofItem },
  { endpoint: 'POST /evidence/{id}/access-grants', roles: custodian, guards: ofItem },
  {
    endpoint: 'GET /evidence/{id}/access-grants',
    roles: ['EVIDENCE_CUSTODIAN', 'AUDITOR', 'SUPERVISOR'],
    guards: ofItem,
  },
  { endpoint: 'DELETE /evidence/{id}/access-grants/{id}', roles: custodian, guards: ofItem },

  { endpoint: 'POST /decision-packages', roles: legal, guards: inBody },
  { endpoint: 'GET /decision-packages', roles: ANY_OFFICER, guards: listed },
  { endpoint: 'GET /decision-packages/{id}', roles: ANY_OFFICER, guards: ofCase },
  { endpoint: 'GET /decision-packages/{id}/submissions', roles: ANY_OFFICER, guards: ofCase },
  { endpoint: 'POST /decision-packages/{id}/submission', roles: legal, ifMatch: true, guards: ofCase },
  {
    endpoint: 'POST /decision-packages/{id}/approval',
    roles: authority,
    ifMatch: true,
    guards: [...ofCase, captured, somebodyElse],
  },
  {
    endpoint: 'POST /decision-packages/{id}/rejection',
    roles: authority,
    ifMatch: true,
    guards: [...ofCase, somebodyElse],
  },
  { endpoint: 'GET /decisions', roles: ANY_OFFICER, guards: listed },
  { endpoint: 'GET /decisions/{id}', roles: ANY_OFFICER, guards: ofCase },
  { endpoint: 'GET /decisions/{id}/versions', roles: ANY_OFFICER, guards: ofCase },
  { endpoint: 'GET /decisions/{id}/reasoning', roles: readersOfReasoning, guards: [...ofCase, reasoning] },
  { endpoint: 'POST /decisions/{id}/corrections', roles: legalOrAuthority, ifMatch: true, guards: ofCase },
  { endpoint: 'GET /decisions/{id}/corrections', roles: ANY_OFFICER, guards: ofCase },
  { endpoint: 'GET /decisions/{id}/corrections/{id}', roles: ANY_OFFICER, guards: ofCase },
  {
    endpoint: 'GET /decisions/{id}/corrections/{id}/reasoning',
    roles: readersOfReasoning,
    guards: [...ofCase, reasoning],
  },
  {
    endpoint: 'POST /decisions/{id}/corrections/{id}/approval',
    roles: authority,
    ifMatch: true,
    guards: [...ofCase, captured, named],
  },
  {
    endpoint: 'POST /decisions/{id}/corrections/{id}/rejection',
    roles: authority,
    ifMatch: true,
    guards: [...ofCase, named],
  },
  {
    endpoint: 'POST /decisions/{id}/corrections/{id}/withdrawal',
    roles: legalOrAuthority,
    ifMatch: true,
    guards: [...ofCase, requester],
  },
  {
    endpoint: 'POST /decisions/{id}/corrections/{id}/handover',
    roles: legalOrAuthority,
    ifMatch: true,
    guards: [...ofCase, requester],
  },
  { endpoint: 'GET /decision-reviews', roles: ANY_OFFICER, guards: listed },
  { endpoint: 'GET /decision-reviews/{id}', roles: ANY_OFFICER, guards: ofCase },
  { endpoint: 'POST /decision-reviews/{id}/conclusion', roles: authority, ifMatch: true, guards: ofCase },

  { endpoint: 'GET /worklist', roles: ANY_OFFICER, guards: listed },
  { endpoint: 'GET /cases/{id}/dossier', roles: ANY_OFFICER, guards: ofCase },
  { endpoint: 'GET /cases/{id}/events', roles: ANY_OFFICER, guards: ofCase },
  {
    endpoint: 'GET /parties/{id}/case-history',
    roles: ANY_OFFICER,
    guards: [theParty('404 NOT_FOUND'), theCase('left out')],
  },

  {
    endpoint: 'GET /cases/{id}/audit-trail',
    roles: ['AUDITOR', 'SUPERVISOR'],
    guards: [record, watched('404 NOT_FOUND')],
  },
  {
    endpoint: 'GET /audit/records',
    roles: ['AUDITOR'],
    guards: [record, watched('left out'), theParty('left out')],
  },
  {
    endpoint: 'GET /audit/records/{id}',
    roles: ['AUDITOR'],
    guards: [record, watched('404 NOT_FOUND'), theParty('404 NOT_FOUND')],
  },
  {
    endpoint: 'GET /audit/verification',
    roles: ['AUDITOR'],
    guards: [record, watched('left out'), theParty('left out')],
  },

  { endpoint: 'GET /operations/relay', roles: watching },
  { endpoint: 'POST /operations/relay/pause', roles: operator },
  { endpoint: 'POST /operations/relay/resume', roles: operator },
  { endpoint: 'GET /operations/consumers', roles: watching },
  { endpoint: 'GET /operations/consumers/{id}', roles: watching },
  { endpoint: 'POST /operations/consumers/{id}/pause', roles: operator },
  { endpoint: 'POST /operations/consumers/{id}/resume', roles: operator },
  { endpoint: 'POST /operations/projections/{id}/rebuild', roles: operator },
  { endpoint: 'GET /operations/dead-letters', roles: watching },
  { endpoint: 'POST /operations/dead-letters/{id}/retry', roles: operator },
  { endpoint: 'POST /operations/dead-letters/{id}/discard', roles: operator },
  { endpoint: 'GET /operations/jobs', roles: watching },
  { endpoint: 'GET /operations/jobs/{id}', roles: watching },
  { endpoint: 'POST /operations/jobs/{id}/cancellation', roles: operator },
  { endpoint: 'POST /operations/jobs/{id}/pause', roles: operator },
  { endpoint: 'POST /operations/jobs/{id}/resume', roles: operator },
  { endpoint: 'GET /operations/timers', roles: watching },
  { endpoint: 'POST /operations/timers/{id}/retry', roles: operator },
];

/** The table says `{id}` where a route says what it identifies. */
export const plain = (endpoint: string): string => endpoint.replace(/\{\w+\}/g, '{id}');

/** The row of a route. */
export const permissionFor = (endpoint: string): Permission | undefined =>
  PERMISSIONS.find((row) => row.endpoint === plain(endpoint));
