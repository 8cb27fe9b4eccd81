import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { routesOf } from '../../src/platform/http/require-policies.js';
import { DEMO_ACTORS } from '../../src/casework/identity/demo-officers.js';
import { demonstration } from '../../src/casework/identity/identity-of.js';
import { DemoDirectory } from '../../src/casework/identity/demo-directory.js';
import { startApplication, TEST_SEED, type TestApplication } from '../support/application.js';
import { asServerAdministrator } from '../support/database.js';
import { actionsFile, importFile } from '../support/imports.js';
import { plain } from '../support/permission-table.js';
import { CaseJourney, type Answered } from '../journeys/case-journey.js';
import { inDays } from '../journeys/evidence-case.js';
import { bodiesFor, callOf, prepareStop, REACHED_ITS_COMMIT, withoutCommits, type Action } from './permitted-call.js';

/** Those whose commands lead a case on, and one custodian more, who is cleared for less. */
const CONCERNED = ['investigator_ivo', 'custodian_cleo', 'notice_nils', 'legal_lena', 'authority_ada', 'authority_abe'];
CONCERNED.push('appeals_aino');

/** Besides the demo officers: one with two roles, and an authority and a custodian who are cleared for less. */
const OTHERWISE: Record<string, object> = {
  authority_ada: { roles: ['DECISION_AUTHORITY', 'LEGAL_REVIEWER'] },
  authority_abe: { clearance: 'CONFIDENTIAL' },
  appeals_aino: { roles: ['DECISION_AUTHORITY'], clearance: 'RESTRICTED' },
  notice_nils: { roles: ['EVIDENCE_CUSTODIAN'] },
};
class Directory extends DemoDirectory {
  override actorFor(token: Parameters<DemoDirectory['actorFor']>[0]): ReturnType<DemoDirectory['actorFor']> {
    const actor = super.actorFor(token);
    return actor && { ...actor, ...OTHERWISE[actor.actorId] };
  }
}
const identity = { ...demonstration(TEST_SEED), directory: new Directory() };

/** Each test leads on from where the one before has brought the case. */
describe('what an officer is told that they may do about a case', () => {
  let remit: TestApplication;
  let on: CaseJourney;
  let otherCaseId: string;
  const seen = new Set<string>();
  beforeAll(async () => {
    remit = await startApplication({ identity });
    await prepareStop(remit.database);
    const [row, other] = (await importFile(remit.as('intake_ines'), actionsFile(2, 1))).rows;
    otherCaseId = other?.caseId ?? '';
    on = new CaseJourney(remit, row?.caseId ?? '', row?.partyId ?? '');
  });
  afterAll(() => remit.stop());

  const actionsFor = async (actorId: string): Promise<Action[]> => {
    const reply = await remit.as(actorId).get<{ data: { caseId: string; actions: Action[] } }>(
      `/cases/${on.caseId}/permitted-actions`,
    ); // prettier-ignore
    expect([reply.status, reply.body.data.caseId]).toEqual([200, on.caseId]);
    for (const { method, path } of reply.body.data.actions) seen.add(`${method} ${path.replace('/api/v1', '')}`);
    return reply.body.data.actions;
  };
  const permitted = async (actorId: string): Promise<string[]> => [
    ...new Set((await actionsFor(actorId)).filter((each) => each.permitted).map(({ action }) => action)),
  ];
  /** Gives every command that is listed, and compares what it answers. Nothing of it is committed. */
  const agreeWithCommands = async (who = CONCERNED): Promise<Set<string>> => {
    const codes = new Set<string>();
    for (const actorId of who) {
      const actions = await actionsFor(actorId);
      expect(actions.every((each) => each.permitted === (each.refusals.length === 0))).toBe(true);
      await withoutCommits(remit.database, async () => {
        for (const each of actions) {
          const { body } = await callOf(remit.as(actorId), each, bodiesFor(on, otherCaseId, actorId));
          const said = { actorId, action: each.action, body: each.body };
          const listed = { ...said, code: each.refusals[0]?.code ?? REACHED_ITS_COMMIT };
          expect({ ...said, code: body.errorCode }).toEqual(listed);
        }
      });
      for (const { code } of actions.flatMap(({ refusals }) => refusals)) codes.add(code);
    }
    return codes;
  };
  const may = async (actorId: string, action: string, body?: object): Promise<Answered> => {
    const found = (await actionsFor(actorId)).find(
      (each) => each.action === action && each.permitted && (!body || JSON.stringify(each.body) === JSON.stringify(body)),
    ); // prettier-ignore
    if (!found) throw new Error(`${action} is not permitted.`);
    return on.done(callOf(remit.as(actorId), found, bodiesFor(on, otherCaseId, actorId)));
  };

  it('agrees with the commands while the investigation is open', async () => {
    await on.investigationOpened();
    await on.allege('Dust was let out at night.');
    await on.collect(randomBytes(100), 'Filter', 'Ivo Marsh');
    await on.draft();
    const codes = await agreeWithCommands([...CONCERNED, 'intake_ines', 'supervisor_sol', 'auditor_aude']);
    expect([...codes].sort()).toEqual([
      'CASE_NEEDS_SUBJECT',
      'FORBIDDEN',
      'HOLD_UNCHANGED',
      'INVESTIGATION_HAS_NO_FINDINGS',
      'INVESTIGATION_NOT_SUBMITTED',
      'PACKAGE_NOT_SUBMITTED',
    ]);
    await may('auditor_aude', 'WRITE_CASE_NOTE');
    await may('investigator_ivo', 'RECORD_ALLEGATION');
    await may('investigator_ivo', 'AMEND_ALLEGATION');
    await may('custodian_cleo', 'HOLD_EVIDENCE', { held: true });
    await may('investigator_ivo', 'RECORD_FINDING');
    expect(await permitted('auditor_aude')).toEqual(['LINK_CASE', 'WRITE_CASE_NOTE']);
  });

  it('agrees with them once the findings are submitted', async () => {
    await may('investigator_ivo', 'AMEND_FINDING');
    await may('investigator_ivo', 'SUBMIT_FINDINGS', { recommendation: 'PROCEED_TO_DECISION' });
    await on.reaches('DECISION_PENDING');
    expect(await agreeWithCommands()).toContain('INVESTIGATION_NOT_OPEN');
    expect(await permitted('legal_lena')).toContain('SUBMIT_DECISION_PACKAGE');
    expect(await permitted('investigator_ivo')).toEqual([
      'LINK_CASE',
      'WRITE_CASE_NOTE',
      'REGISTER_EVIDENCE',
      'ADD_EVIDENCE_CONTENT',
    ]);
  });

  it('keeps whoever submitted a package from deciding it, and no other authority', async () => {
    await may('authority_ada', 'SUBMIT_DECISION_PACKAGE');
    expect(await agreeWithCommands()).toContain('SEPARATION_OF_DUTIES');
    expect(await permitted('authority_ada')).not.toContain('APPROVE_DECISION');
    expect(await permitted('authority_abe')).toEqual(
      expect.arrayContaining(['APPROVE_DECISION', 'REJECT_DECISION_PACKAGE']),
    );
  });

  it('agrees with them when the package was rejected', async () => {
    await may('authority_abe', 'REJECT_DECISION_PACKAGE');
    expect(await agreeWithCommands()).toContain('PACKAGE_REJECTED');
    await may('authority_ada', 'SUBMIT_DECISION_PACKAGE');
  });

  it('agrees with them when the evidence was reclassified, before and after another look', async () => {
    await on.classify('RESTRICTED', 'It names an informant.');
    await on.comesTo<Answered>('authority_ada', `/decision-packages/${on.packageId}`, (body) => !!body.reviewRequired);
    const before = await agreeWithCommands();
    expect([...before]).toEqual(expect.arrayContaining(['REVIEW_REQUIRED', 'EVIDENCE_ACCESS_REFUSED']));
    await may('authority_ada', 'SUBMIT_DECISION_PACKAGE');
    expect(await agreeWithCommands()).toContain('AUTHORITY_NOT_CLEARED');
  });

  it('agrees with them on the decision, its correction and its review', async () => {
    await on.done(
      remit.as('custodian_cleo').post(`/evidence/${on.evidenceId}/access-grants`, {
        ...{ granteeId: 'legal_lena', purpose: 'To read', expiresAt: inDays(1) },
      }),
    );
    const { decisionId } = await may('appeals_aino', 'APPROVE_DECISION');
    on.decisionId = String(decisionId);
    // The investigation follows a moment later: until then its version moves under what was told.
    await on.comesTo<Answered>(
      'legal_lena',
      `/investigations/${on.investigationId}`,
      ({ status }) => status === 'COMPLETED',
    );
    expect(await agreeWithCommands()).toContain('PACKAGE_FINALIZED');
    await may('legal_lena', 'REQUEST_DECISION_CORRECTION');
    await on.classify('CONFIDENTIAL', 'The name was removed.');
    await on.comesTo<{ data: object[] }>('legal_lena', `/decision-reviews?caseId=${on.caseId}`, ({ data }) => data.length > 0); // prettier-ignore
    const codes = [...(await agreeWithCommands())];
    expect(codes).toEqual(expect.arrayContaining(['CORRECTION_OF_ANOTHER_AUTHORITY', 'CORRECTION_OF_ANOTHER_OFFICER']));
    expect(await permitted('appeals_aino')).toEqual(
      expect.arrayContaining(['APPROVE_DECISION_CORRECTION', 'CONCLUDE_DECISION_REVIEW']),
    );
    await may('appeals_aino', 'CONCLUDE_DECISION_REVIEW');
    await may('appeals_aino', 'APPROVE_DECISION_CORRECTION');
    await may('custodian_cleo', 'REVOKE_EVIDENCE_ACCESS');
  });

  it('has left out no command of its owners', () => {
    const listed = new Set([...seen].map((each) => each.replace(/[a-z]+_[0-9A-Z]{26}/g, '{id}')));
    const endpoints = routesOf(remit.app).flatMap(({ policy }) => (policy ? [plain(policy.endpoint)] : []));
    const commands = endpoints.filter(
      (endpoint) =>
        !endpoint.startsWith('GET ') &&
        endpoint !== 'POST /cases' &&
        /^\w+ \/(cases|investigations|allegations|findings|evidence|decision)/.test(endpoint),
    );
    expect(commands.length).toBeGreaterThan(20);
    expect([...listed].sort()).toEqual(commands.sort());
  });

  it('is nothing to whoever may not see the case, as of one that is not there', async () => {
    const ines = remit.as('intake_ines');
    const hidden = await on.done(
      remit.as('supervisor_sol').post('/cases', {
        ...{ caseTypeCode: 'AIR', classification: 'RESTRICTED' },
        parties: [{ partyId: on.partyId, role: 'SUBJECT' }],
      }),
    );
    for (const caseId of [String(hidden.caseId), 'case_01J0Z9T40BW1K2JDGFSY73C9R3']) {
      const { status, body } = await ines.get(`/cases/${caseId}/permitted-actions`);
      expect([status, body.errorCode]).toEqual([404, 'NOT_FOUND']);
    }
    expect((await remit.as('operator_otto').get(`/cases/${on.caseId}/permitted-actions`)).status).toBe(403);
    expect(DEMO_ACTORS.get('operator_otto')?.roles).toEqual(['OPERATOR']);
  });

  it.each(['investigation.finding', 'evidence.evidence_item', 'decision.decision_review'])(
    'is no partial answer while the owner of %s does not answer',
    async (table) => {
      await asServerAdministrator(async (admin) => {
        await admin.query(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
        const { status, body, headers } = await remit.as('legal_lena').get(`/cases/${on.caseId}/permitted-actions`);
        expect([status, body.errorCode]).toEqual([503, 'OWNER_UNAVAILABLE']);
        expect(headers.get('retry-after')).toBe('1');
        await admin.query('ROLLBACK');
      }, remit.database.url);
      expect((await actionsFor('legal_lena')).length).toBeGreaterThan(0);
    },
  );
});
