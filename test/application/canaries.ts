import { declarations } from '../../src/platform/start.js';
import type { TestApplication } from '../support/application.js';
import { asServerAdministrator } from '../support/database.js';
import { importFile } from '../support/imports.js';
import type { Reply } from '../support/officer.js';
import { CaseJourney, type Answered } from '../journeys/case-journey.js';
import { inDays } from '../journeys/evidence-case.js';

export const CANARY = 'Kanarienvogel';
const canary = (field: string): string => `${CANARY} ${field}`;

/** What is written into each sensitive field, and the only tables that may hold it then. */
const PLANTED = {
  address: ['party.party', 'party.party_version'],
  email: ['party.party', 'party.party_version'],
  registrationNumber: ['decision.package_submission', 'party.party', 'party.party_version'],
  mergeReason: ['party.party_version'],
  summary: ['case_registry.case_header'],
  note: ['case_registry.case_note'],
  title: ['evidence.evidence_item'],
  collectedBy: ['evidence.evidence_item'],
  purpose: ['evidence.access_grant'],
  classificationReason: ['evidence.custody_event'],
  transferReason: ['evidence.custody_event'],
  holdReason: ['evidence.custody_event'],
  content: [],
  allegation: ['investigation.allegation'],
  finding: ['decision.finding_snapshot', 'investigation.finding', 'investigation.submitted_finding'],
  rejectionReason: ['decision.package_rejection'],
  reasoning: ['decision.decision_reasoning'],
  correctionReason: ['decision.decision_correction'],
  correctedReasoning: ['decision.decision_correction'],
  settlementReason: ['decision.decision_correction'],
  reviewReason: ['decision.decision_review'],
} as const satisfies Record<string, readonly string[]>;

type Field = keyof typeof PLANTED;
const said = (field: Field): string => (field === 'email' ? `${CANARY}.email@example.org` : canary(field));

export const planted = Object.entries(PLANTED).map(([field, tables]) => ({
  field,
  text: said(field as Field),
  tables: [...tables],
}));

/** A case with a canary in every field that a declaration calls sensitive, in each module that has one. */
export async function plantCanaries(
  remit: TestApplication,
  heard: (caseId: string) => Promise<void>,
): Promise<CaseJourney> {
  const ines = remit.as('intake_ines');
  const register = async (legalName: string): Promise<string> => {
    const { body } = await ines.post<{ partyId: string }>('/parties', {
      ...{ kind: 'ORGANISATION', legalName, registrationNumber: said('registrationNumber') },
      address: { line1: said('address'), city: 'Larkmere', postalCode: '01234', country: 'US' },
      contactPreference: { channel: 'EMAIL', email: said('email') },
    });
    return body.partyId;
  };
  const [partyId, other] = [await register('Weir Paper Ltd'), await register('Weir Paper Limited')];
  const summary = said('summary');
  const parties = [{ partyId, role: 'SUBJECT' }];
  const { body } = await ines.post<{ caseId: string }>('/cases', { caseTypeCode: 'WAT', summary, parties });
  const on = new CaseJourney(remit, body.caseId, partyId);
  await heard(on.caseId);
  const done = async (reply: Promise<Reply<Answered>>): Promise<Answered> => on.done(reply);
  await done(ines.post(`/cases/${on.caseId}/notes`, { text: said('note') }));
  const merge = { intoPartyId: partyId, reason: said('mergeReason') };
  await done(on.command('supervisor_sol', `/parties/${other}`, 'merge', merge));

  await on.investigationOpened();
  await on.allege(said('allegation'));
  await on.collect(Buffer.from(said('content')), said('title'), said('collectedBy'));
  await on.find(said('finding'));
  await on.conclude();
  await on.draft();
  await on.submit();
  await on.reject(said('rejectionReason'));
  await on.submit();
  const { decisionId } = await done(on.approve('authority_ada', said('reasoning')));
  on.decisionId = String(decisionId);

  const item = `/evidence/${on.evidenceId}`;
  await on.classify('RESTRICTED', said('classificationReason'));
  const transfer = { to: 'supervisor_sol', reason: said('transferReason') };
  await done(on.command('custodian_cleo', item, 'custody-transfers', transfer));
  await done(on.command('custodian_cleo', item, 'legal-hold', { held: true, reason: said('holdReason') }));
  const grant = { granteeId: 'legal_lena', purpose: said('purpose'), expiresAt: inDays(1) };
  await done(on.as('custodian_cleo').post(`${item}/access-grants`, grant));
  await on.as('legal_lena').get(`${item}/content`);
  await on.as('notice_nils').get(`${item}/content`);

  const decision = `/decisions/${on.decisionId}`;
  await on.as('authority_ada').get(`${decision}/reasoning`);
  const correction = { reasoning: said('correctedReasoning'), reason: said('correctionReason'), approvedBy: 'authority_abe' }; // prettier-ignore
  const requested = await done(on.command('legal_lena', decision, 'corrections', correction));
  const path = `${decision}/corrections/${String(requested.correctionId)}`;
  await done(on.command('authority_abe', path, 'rejection', { reason: said('settlementReason') }));
  const { data } = await on.comesTo<{ data: { reviewId: string }[] }>(
    'authority_ada',
    `/decision-reviews?caseId=${on.caseId}`,
    (reviews) => reviews.data.length > 0,
  );
  const review = `/decision-reviews/${data[0]?.reviewId ?? ''}`;
  await done(on.command('authority_ada', review, 'conclusion', { conclusion: 'CONFIRMED', reason: said('reviewReason') })); // prettier-ignore
  return on;
}

/** What a file says is in the commands of its rows, until their owners have it. */
export async function importCanary(remit: TestApplication): Promise<void> {
  const header = 'action_date,respondent_name,programme,municipality,action_type,penalty_usd,narrative';
  const row = `2015-03-02,Alder Mill Ltd,Air Quality,Larkmere,CONSENT_ORDER,10.00,"${canary('narrative')}"`;
  await importFile(remit.as('intake_ines'), `${header}\n${row}\n2015-03-02,,,,${CANARY},${CANARY},${CANARY}`);
}

/** Every table of the database that has a row with this in it, whatever column. */
export function tablesHolding(url: string, text: string): Promise<string[]> {
  return asServerAdministrator(async (admin) => {
    const { rows } = await admin.query<{ name: string }>(
      `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname !~ '^(pg_|information_schema)' ORDER BY 1`,
    );
    const holding: string[] = [];
    for (const { name } of rows) {
      const { rowCount } = await admin.query(`SELECT FROM ${name} AS t WHERE t::text ILIKE $1 LIMIT 1`, [`%${text}%`]);
      if (rowCount) holding.push(name);
    }
    return holding;
  }, url);
}

/** Not planted: names travel in events, and what a file says leaves with the row that is settled. */
const ELSEWHERE = ['party_name_at_submission', 'party_name_at_decision', 'commands'];

/** Sensitive fields of the declarations, where they are columns, into none of whose tables a canary was planted. */
export function fieldsWithoutCanary(url: string): Promise<string[]> {
  const declared = declarations().flatMap(({ database: { schema }, aggregates }) =>
    Object.entries(aggregates).flatMap(([aggregate, { tables, sensitive_fields: fields = [] }]) =>
      fields.filter((field) => !ELSEWHERE.includes(field)).map((field) => ({ schema, aggregate, tables, field })),
    ),
  );
  return asServerAdministrator(async (admin) => {
    const missing: string[] = [];
    for (const { schema, aggregate, tables, field } of declared) {
      const { rows } = await admin.query<{ name: string }>(
        `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.columns
         WHERE table_schema = $1 AND table_name = ANY ($2) AND column_name = $3`,
        [schema, tables, field],
      );
      const held = await Promise.all(
        rows.map(async ({ name }) => {
          const found = await admin.query(`SELECT FROM ${name} WHERE ${field}::text ILIKE $1 LIMIT 1`, [`%${CANARY}%`]);
          return found.rowCount === 1;
        }),
      );
      if (rows.length > 0 && !held.includes(true)) missing.push(`${schema}.${aggregate}.${field}`);
    }
    return missing;
  }, url);
}
