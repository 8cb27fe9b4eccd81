import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { importFile } from '../support/imports.js';
import { theApplication, type Remit } from '../support/remit.js';
import { CaseJourney, type Answered } from './case-journey.js';
import { inDays, sha256 } from './evidence-case.js';

/** Of no other run: what was imported once would be found again. */
const COMPANY = `Heffron ${randomBytes(4).toString('hex')} Asphalt Corp.`;
const ACTION = readFileSync(new URL('../support/samples/one-real-action.csv', import.meta.url), 'utf8').replaceAll(
  'Heffron Asphalt Corp.',
  COMPANY,
);
const SURVEY = randomBytes(200_000);
const STATEMENT = 'Ten thousand square feet of bordering vegetated wetland were filled.';
const OFFICE_ONLY = { redacted: ['mediaType', 'evidenceVersion'] };

interface Dossier {
  data: {
    status: string;
    investigations: { investigationStatus: string; recommendation?: string }[];
    evidence: { evidenceId: string; classification: string; evidenceVersion: number | null }[];
    findings: { findingId: string; evidenceRefs: object[]; redacted?: string[] }[];
    decisionPackages: { packageStatus: string; reviewRequired: boolean }[];
    decisions: object[];
    parties: object[];
  };
  projection: { freshnessStatus: string; lagSeconds: number };
}
interface Trail {
  data: (Record<string, unknown> & { action: string; evidenceRefs: string[]; dataUsed: string[] })[];
  projection: { freshnessStatus: string };
}

/** Each test leads on from where the one before has brought the case. */
describe('a real enforcement action, from its registration to a decision', () => {
  let remit: Remit;
  let on: CaseJourney;
  beforeAll(async () => {
    remit = await theApplication();
    const [row] = (await importFile(remit.as('intake_ines'), ACTION)).rows;
    on = new CaseJourney(remit, row?.caseId ?? '', row?.partyId ?? '');
  });

  const dossier = (isSo: (data: Dossier['data']) => boolean, actorId = 'legal_lena'): Promise<Dossier> =>
    on.comesTo<Dossier>(actorId, `/cases/${on.caseId}/dossier`, ({ data }) => isSo(data));
  const present = async (actorId = 'authority_ada'): Promise<Answered & { snapshot: object }> =>
    (await on.as(actorId).get<Answered & { snapshot: object }>(`/decision-packages/${on.packageId}`)).body;
  const classificationIs = (wanted: string, { evidence }: Dossier['data']): boolean =>
    evidence[0]?.classification === wanted;

  it('is investigated: an allegation, evidence with content, a finding that rests on it', async () => {
    await on.investigationOpened();
    await on.waitsFor('WAITING_FOR_FINDINGS');
    await on.reaches('UNDER_INVESTIGATION');
    await on.allege('The wetland was filled without an order of conditions.');
    await on.collect(SURVEY, 'Survey of the wetland', 'Ivo Marsh');
    await on.find(STATEMENT);
    await on.conclude();
    await on.waitsFor('WAITING_FOR_DECISION_PACKAGE');
    await on.reaches('DECISION_PENDING');
  });

  it('is laid before an authority, sent back, and laid before it again', async () => {
    await on.draft();
    await on.submit();
    await on.waitsFor('WAITING_FOR_APPROVAL');
    await on.reject('The survey must be dated.');
    await on.waitsFor('WAITING_FOR_RESUBMISSION');
    const early = await on.approve('authority_abe', 'They agreed to restore it.');
    expect([early.status, early.body.errorCode]).toEqual([409, 'PACKAGE_REJECTED']);
    await on.submit();
    await on.waitsFor('WAITING_FOR_APPROVAL');
    expect(await present()).toMatchObject({ status: 'AWAITING_APPROVAL', submission: 2, reviewRequired: false });
  });

  it('is held up when its evidence becomes restricted, which hides it from the confidential within seconds', async () => {
    const shown = await dossier(({ evidence }) => evidence[0]?.evidenceVersion === 1);
    expect(shown.data.findings).toMatchObject([{ evidenceRefs: [{ evidenceId: on.evidenceId, evidenceVersion: 1 }] }]);
    await on.classify('RESTRICTED', 'It names an informant.');
    const { data } = await dossier((each) => classificationIs('RESTRICTED', each));
    expect(data.evidence).toEqual([
      {
        evidenceId: on.evidenceId,
        evidenceStatus: 'STORED',
        classification: 'RESTRICTED',
        held: false,
        mediaType: null,
        evidenceVersion: null,
        ...OFFICE_ONLY,
      },
    ]);
    expect(data.findings).toMatchObject([{ findingId: on.findingId, evidenceRefs: [], redacted: ['evidenceRefs'] }]);
    await on.comesTo<Answered>('authority_ada', `/decision-packages/${on.packageId}`, (body) => !!body.reviewRequired);
    await dossier(({ decisionPackages }) => decisionPackages[0]?.reviewRequired === true);
    await on.waitsFor('WAITING_FOR_RESUBMISSION');
    const refused = await on.approve('authority_abe', 'They agreed to restore it.');
    expect([refused.status, refused.body.errorCode]).toEqual([409, 'REVIEW_REQUIRED']);
  });

  it('tells what rests on it to nobody below, whoever of its owners is asked', async () => {
    const lena = on.as('legal_lena');
    const finding = `/findings/${on.findingId}`;
    const marked = await on.comesTo<Answered>('legal_lena', finding, (body) => (body.reclassifiedEvidence as unknown[]).length > 0); // prettier-ignore
    expect(marked).toMatchObject({ statement: null, evidenceRefs: [], redacted: ['statement', 'evidenceRefs'] });
    expect(marked.reclassifiedEvidence).toMatchObject([{ from: 'CONFIDENTIAL', to: 'RESTRICTED' }]);
    for (const path of [
      finding,
      `/findings?caseId=${on.caseId}`,
      `/decision-packages/${on.packageId}`,
      `/decision-packages/${on.packageId}/submissions`,
      `/evidence/${on.evidenceId}`,
      `/evidence?caseId=${on.caseId}`,
    ]) {
      const { status, text } = await lena.get(path);
      expect([path, status]).toEqual([path, 200]);
      for (const secret of [STATEMENT, sha256(SURVEY), 'Survey of the wetland', 'octet-stream'])
        expect(text).not.toContain(secret);
    }
    expect((await on.as('authority_ada').get(finding)).text).toContain(STATEMENT);
  });

  it('lets nobody below read the evidence without a grant, with one the very bytes, and keeps both attempts', async () => {
    const content = `/evidence/${on.evidenceId}/content`;
    const { accessToken } = await on.done(on.as('legal_lena').post('/dev/token', { actorId: 'legal_lena' }));
    const read = (): Promise<Response> =>
      fetch(`${remit.baseUrl}/api/v1${content}`, { headers: { authorization: `Bearer ${String(accessToken)}` } });
    expect((await read()).status).toBe(403);
    const grant = { granteeId: 'legal_lena', purpose: 'To submit the package again', expiresAt: inDays(1) };
    await on.done(on.as('custodian_cleo').post(`/evidence/${on.evidenceId}/access-grants`, grant));
    const granted = await read();
    expect(sha256(Buffer.from(await granted.arrayBuffer()))).toBe(sha256(SURVEY));
    const custody = await on
      .as('supervisor_sol')
      .get<{ data: { type: string; actorId: string }[] }>(`/evidence/${on.evidenceId}/custody`);
    expect(custody.body.data.map(({ type, actorId }) => `${type} ${actorId}`)).toEqual([
      'COLLECTED investigator_ivo',
      'STORED custodian_cleo',
      'RECLASSIFIED custodian_cleo',
      'ACCESS_REFUSED legal_lena',
      'ACCESSED legal_lena',
    ]);
    expect(custody.body).toMatchObject({ verification: { intact: true, events: 5 } });
  });

  it('is shown again when it is lowered, and laid before the authority once more', async () => {
    await on.classify('CONFIDENTIAL', 'The informant has testified in public.');
    const { data } = await dossier((each) => classificationIs('CONFIDENTIAL', each));
    expect(data.evidence).toMatchObject([{ mediaType: 'application/octet-stream', evidenceVersion: 1 }]);
    expect(data.evidence[0]).not.toHaveProperty('redacted');
    expect((await on.as('legal_lena').get(`/findings/${on.findingId}`)).text).toContain(STATEMENT);
    await on.submit();
  });

  it('is decided once, by one of thirty approvals at once', async () => {
    await on.waitsFor('WAITING_FOR_APPROVAL');
    const { version } = await present();
    const replies = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        on
          .as(index % 2 ? 'authority_abe' : 'authority_ada')
          .post<Answered>(`/decision-packages/${on.packageId}/approval`, on.determination(`Reason ${index}`), {
            'if-match': `"${version}"`,
          }),
      ),
    );
    const [decided, ...others] = replies.sort((one, other) => one.status - other.status);
    expect(decided?.body).toMatchObject({ status: 'FINALIZED', decisionVersion: 1 });
    expect(others.filter(({ status }) => status === 409 || status === 412)).toHaveLength(29);
    on.decisionId = String(decided?.body.decisionId);
    await on.waitsFor('WAITING_FOR_NOTICE_DELIVERY');
    await on.reaches('DECIDED');
    const path = `/investigations/${on.investigationId}`;
    await on.comesTo<Answered>('legal_lena', path, ({ status }) => status === 'COMPLETED');
  });

  it('rests for ever on what was considered, whatever becomes of the party and the evidence', async () => {
    const packageBefore = await present();
    const decisionBefore = (await on.as('auditor_aude').get(`/decisions/${on.decisionId}`)).text;
    const party = `/parties/${on.partyId}`;
    const { headers } = await on.as('intake_ines').get(party);
    const rename = { legalName: 'Heffron Materials Corp.' };
    await on.done(on.as('intake_ines').send('PATCH', `${party}/profile`, rename, { 'if-match': headers.get('etag') ?? '' })); // prettier-ignore
    expect(await on.upload(Buffer.from('Another survey.'))).toMatchObject({ evidenceVersion: 2 });
    await on.classify('RESTRICTED', 'Another informant is named.');
    const reviews = await on.comesTo<{ data: Answered[] }>(
      'legal_lena',
      `/decision-reviews?caseId=${on.caseId}`,
      (body) => body.data.length > 0,
    );
    expect(reviews.data).toMatchObject([{ status: 'OPEN', decisionId: on.decisionId, toClassification: 'RESTRICTED' }]);
    const review = `/decision-reviews/${String(reviews.data[0]?.reviewId)}`;
    const conclusion = { conclusion: 'CONFIRMED', reason: 'The informant changes nothing.' };
    await on.done(on.command('authority_ada', review, 'conclusion', conclusion));
    expect(await present()).toEqual(packageBefore);
    expect((await on.as('auditor_aude').get(`/decisions/${on.decisionId}`)).text).toBe(decisionBefore);
    const renamed = await dossier(({ parties }) => JSON.stringify(parties).includes('Heffron Materials'));
    expect(renamed.data.parties).toMatchObject([
      { partyNameAtRegistration: COMPANY, currentPartyName: 'Heffron Materials Corp.' },
    ]);
    expect(decisionBefore).toContain(COMPANY);
  });

  it('is in every view as its owners left it, and each view says how fresh it is', async () => {
    const { data, projection } = await dossier((each) => classificationIs('RESTRICTED', each));
    expect(data).toMatchObject({
      status: 'DECIDED',
      investigations: [{ investigationStatus: 'COMPLETED', recommendation: 'PROCEED_TO_DECISION' }],
      evidence: [{ evidenceId: on.evidenceId, evidenceVersion: null, ...OFFICE_ONLY }],
      findings: [{ evidenceRefs: [], redacted: ['evidenceRefs'] }],
      decisionPackages: [{ decisionPackageId: on.packageId, packageStatus: 'FINALIZED', reviewRequired: false }],
      decisions: [{ decisionId: on.decisionId, decisionVersion: 1, outcome: 'REMEDIATION_ORDER' }],
    });
    expect(JSON.stringify(data)).not.toContain(STATEMENT);
    expect(projection).toMatchObject({ freshnessStatus: 'WITHIN_SLO', lagSeconds: expect.any(Number) as unknown });
    interface List {
      data: { caseId: string; status: string }[];
      projection: Dossier['projection'];
    }
    const itself = ({ caseId }: { caseId: string }): boolean => caseId === on.caseId;
    const worklist = await on.comesTo<List>('legal_lena', '/worklist?status=DECIDED&limit=100', ({ data: all }) => all.some(itself)); // prettier-ignore
    expect(worklist.projection).toMatchObject({ freshnessStatus: 'WITHIN_SLO' });
    const history = await on.as('legal_lena').get(`/parties/${on.partyId}/case-history`);
    expect(history.body).toMatchObject({ data: { cases: [{ caseId: on.caseId, status: 'DECIDED' }] } });
  });

  it('leaves a record of every step: by whom, under which policy, on which versions, and what was refused', async () => {
    await on.done(on.as('authority_ada').get(`/decisions/${on.decisionId}/reasoning`));
    const { data, projection } = await on.comesTo<Trail>(
      'auditor_aude',
      `/cases/${on.caseId}/audit-trail?limit=100`,
      (trail) => trail.data.some(({ action }) => action === 'READ_REASONING'),
    );
    expect(projection.freshnessStatus).toBe('WITHIN_SLO');
    const of = (action: string): Trail['data'] => data.filter((record) => record.action === action);
    const ev = `${on.evidenceId}@v1`;
    expect(of('RECORD_FINDING')).toMatchObject([{ actor: { actorId: 'investigator_ivo' }, evidenceRefs: [ev] }]);
    expect(of('SUBMIT_FINDINGS')).toMatchObject([{ beforeState: 'OPEN', afterState: 'SUBMITTED', evidenceRefs: [ev] }]);
    expect(of('SUBMIT_DECISION_PACKAGE').map(({ beforeState, afterState }) => [beforeState, afterState])).toEqual([
      ['DRAFT', 'AWAITING_APPROVAL'],
      ['REJECTED', 'AWAITING_APPROVAL'],
      ['AWAITING_APPROVAL', 'AWAITING_APPROVAL'],
    ]);
    const decided = of('APPROVE_DECISION').filter(({ afterState }) => afterState === 'FINALIZED');
    expect(decided).toMatchObject([
      {
        ...{ beforeState: 'AWAITING_APPROVAL', reasonCode: 'REMEDIATION_ORDER', evidenceRefs: [ev] },
        ...{ policies: ['approve-decision'], policyDecisionId: expect.stringMatching(/^pdp_/) as unknown },
      },
    ]);
    expect(decided[0]?.dataUsed).toEqual(expect.arrayContaining([expect.stringMatching(`^${on.packageId}@\\d+$`)]));
    const refusals = of('APPROVE_DECISION').filter(({ afterState }) => afterState === 'REFUSED');
    expect(refusals.map(({ reasonCode }) => reasonCode)).toEqual(
      expect.arrayContaining(['PACKAGE_REJECTED', 'REVIEW_REQUIRED', 'VERSION_MISMATCH']),
    );
    expect(refusals).toHaveLength(31);
    expect(of('READ_EVIDENCE_CONTENT')).toMatchObject([
      { actor: { actorId: 'legal_lena' }, afterState: 'REFUSED', reasonCode: 'EVIDENCE_ACCESS_REFUSED' },
      { actor: { actorId: 'legal_lena' }, evidenceRefs: [ev] },
    ]);
    expect(of('CLASSIFY_EVIDENCE')).toHaveLength(3);
    expect(of('REQUIRE_DECISION_REVIEW')).toHaveLength(1);
    expect(of('OPEN_DECISION_REVIEW')).toHaveLength(1);
    expect(of('CONCLUDE_DECISION_REVIEW')).toMatchObject([{ reasonCode: 'CONFIRMED' }]);
    expect(of('READ_REASONING')).toMatchObject([{ dataUsed: [`${on.decisionId}@1`] }]);
    expect(JSON.stringify(data)).not.toMatch(/informant|wetland|restore|Heffron/);
  });
});
