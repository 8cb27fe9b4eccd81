/** The demo officers, each with the role of its name; from the contract and not from the code. */
export const DEMO_OFFICERS: Readonly<Record<string, string>> = {
  intake_ines: 'INTAKE_OFFICER',
  investigator_ivo: 'INVESTIGATOR',
  custodian_cleo: 'EVIDENCE_CUSTODIAN',
  legal_lena: 'LEGAL_REVIEWER',
  authority_ada: 'DECISION_AUTHORITY',
  authority_abe: 'DECISION_AUTHORITY',
  notice_nils: 'NOTICE_OFFICER',
  enforcement_enzo: 'ENFORCEMENT_OFFICER',
  appeals_aino: 'APPEAL_OFFICER',
  supervisor_sol: 'SUPERVISOR',
  auditor_aude: 'AUDITOR',
  operator_otto: 'OPERATOR',
  admin_ari: 'ADMIN',
};
