import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CaseJourney, type Answered } from '../journeys/case-journey.js';
import { eventually } from '../support/eventually.js';
import type { ImportedFile } from '../support/imports.js';
import { PAUSED } from './fill.js';
import { KeptRelease, keptReleases } from './kept-release.js';
import { OwnersAnswers } from './owners-answers.js';
import { casesIn, dossierByOwners, timeless } from './shown-by-owners.js';

interface Consumer {
  consumer: string;
  status: string;
  watermark: string | null;
  waiting: number;
  dead: number;
}
interface Page<Row> {
  data: Row[];
}
interface View {
  data: unknown;
  projection: { freshnessStatus: string };
}

/** A start may have much to do before everything is as fresh as it promises: it rebuilds what changed. */
const SETTLED_WITHIN_MS = 60_000;
/** What a start itself notes for Audit: that it goes on with an import, and rebuilds what changed. */
const UPKEEP = /^[\w-]+ AuditStaged (TAKE_IMPORT|ADOPT_IMPORT|[A-Z_]*REBUILD[A-Z_]*)$/;

it('every release has left its backup', () => {
  expect(keptReleases()).toContain('0.1.0');
});

/** Each test leads on from where the one before has brought the restored application. */
describe.each(keptReleases())('a database of release %s, restored and started with this build', (version) => {
  let kept: KeptRelease;
  let startedAt: number;
  beforeAll(async () => {
    kept = await KeptRelease.upgraded(version);
    startedAt = Date.now();
  }, SETTLED_WITHIN_MS);
  afterAll(() => kept.stop());

  const as = (actorId: string) => kept.remit.as(actorId);
  const consumers = async (): Promise<Consumer[]> =>
    (await as('operator_otto').get<Page<Consumer>>('/operations/consumers')).body.data;
  const deadLetters = async (): Promise<{ deadLetterId: string; consumer: string }[]> =>
    (await as('operator_otto').get<Page<{ deadLetterId: string; consumer: string }>>('/operations/dead-letters')).body
      .data;
  const everyViewIs = (status: string, view: View): boolean => view.projection.freshnessStatus === status;
  /** Every consumer that runs has seen all that was committed before this moment, and done what follows from it. */
  const delivered = (moment: number): Promise<Consumer[]> =>
    eventually(
      consumers,
      (all) =>
        all.every(
          ({ status, watermark, waiting, dead }) =>
            status === 'PAUSED' || (Date.parse(watermark ?? '') > moment && (waiting === 0 || dead > 0)),
        ),
      SETTLED_WITHIN_MS,
    );

  it('has what every owner said when it was backed up, and nothing besides: no reaction acts on the past', async () => {
    await delivered(startedAt);
    const answers = await OwnersAnswers.of(kept.remit);
    expect(Object.keys(answers).sort()).toEqual(Object.keys(kept.ownersAnswers).sort());
    expect(timeless(answers)).toMatchObject(timeless(kept.ownersAnswers) as object);
    const { now, kept: then } = await kept.rowsOfAggregates();
    expect(now).toEqual(then);
    expect((await kept.publishedSince()).filter((said) => !UPKEEP.test(said))).toEqual([]);
  });

  it('shows in every dossier what its owners say, though no old row said it', async () => {
    for (const caseId of casesIn(kept.ownersAnswers)) {
      const { body } = await eventually(
        () => as('supervisor_sol').get<View>(`/cases/${caseId}/dossier`),
        (reply) => reply.status === 200 && everyViewIs('WITHIN_SLO', reply.body),
        SETTLED_WITHIN_MS,
      );
      expect(body.data).toMatchObject(dossierByOwners(kept.ownersAnswers, caseId));
    }
  });

  it('shows every case in the worklist with the status that its owner says', async () => {
    const { body } = await eventually(
      () => as('supervisor_sol').get<View & Page<{ caseId: string; status: string }>>('/worklist?limit=100'),
      (reply) => everyViewIs('WITHIN_SLO', reply.body),
      SETTLED_WITHIN_MS,
    );
    const shown = body.data.map(({ caseId, status }) => [caseId, status]).sort();
    const owned = (kept.ownersAnswers['/cases'] as Answered[]).map(({ caseId, status }) => [caseId, status]).sort();
    expect(shown).toEqual(owned);
  });

  it('answers what was answered under a key the same again, byte for byte, and does nothing', async () => {
    expect(kept.firstAnswers.length).toBeGreaterThan(5);
    const before = await kept.publishedSince();
    for (const { actorId, path, key, body, status, etag, location, text } of kept.firstAnswers) {
      const again = await as(actorId).post(path, body, { 'idempotency-key': key });
      const { headers } = again;
      expect([again.status, again.text, headers.get('etag'), headers.get('location')]).toEqual([
        ...[status, text],
        ...[etag, location],
      ]);
    }
    expect(await kept.publishedSince()).toEqual(before);
  });

  it('keeps paused what was paused, until it is resumed, and then does once what had waited', async () => {
    const paused = (await consumers()).filter(({ status }) => status === 'PAUSED');
    expect(paused.map(({ consumer }) => consumer)).toEqual(PAUSED);
    const waiting = (kept.ownersAnswers['/cases'] as Answered[]).filter(({ status }) => status === 'REGISTERED');
    expect(waiting.length).toBeGreaterThan(2);
    for (const name of PAUSED)
      expect((await as('operator_otto').post(`/operations/consumers/${name}/resume`, { reason: 'Upgraded.' })).status).toBe(200); // prettier-ignore
    for (const { caseId } of waiting) {
      const on = new CaseJourney(kept.remit, String(caseId), '');
      await on.waitsFor('WAITING_FOR_FINDINGS');
      await on.reaches('UNDER_INVESTIGATION');
    }
    await delivered(Date.now());
    const opened = (await kept.publishedSince()).filter((said) => said === 'investigation InvestigationOpened');
    expect(opened).toHaveLength(waiting.length);
  });

  it('ends the import that was under way, once', async () => {
    const [running] = await kept.sql<{ id: string }>(`SELECT import_id AS id FROM intake.import_job ORDER BY 1 DESC LIMIT 1`); // prettier-ignore
    const { body } = await eventually(
      () => as('intake_ines').get<ImportedFile>(`/imports/${running?.id ?? ''}`),
      (reply) => reply.body.status !== 'RUNNING',
      SETTLED_WITHIN_MS,
    );
    expect(body).toMatchObject({ status: 'COMPLETED', total: 2, created: 2, existing: 0, refused: 0 });
    for (const { caseId } of body.rows) {
      const { body: found } = await as('investigator_ivo').get<Page<object>>(`/allegations?caseId=${caseId ?? ''}`);
      expect(found.data).toHaveLength(1);
    }
  });

  it('still has its dead letter, which is handled when it is retried, and what waited behind it too', async () => {
    const [letter, ...others] = await deadLetters();
    expect([letter?.consumer, others]).toEqual(['investigation.on-evidence-classified', []]);
    const path = `/operations/dead-letters/${letter?.deadLetterId ?? ''}/retry`;
    expect((await as('operator_otto').post(path, { reason: 'Mended.' })).status).toBe(200);
    await eventually(consumers, (all) => all.every(({ waiting, dead }) => waiting + dead === 0));
    const { body } = await as('supervisor_sol').get<Page<{ reclassifiedEvidence: object[] }>>(
      `/findings?caseId=${caseOf('Discharge at the weir')}`,
    );
    expect(body.data.map(({ reclassifiedEvidence }) => reclassifiedEvidence)).toMatchObject([
      [
        { from: 'CONFIDENTIAL', to: 'RESTRICTED' },
        { from: 'RESTRICTED', to: 'CONFIDENTIAL' },
      ],
    ]);
  });

  it('goes on counting: case numbers without a gap, versions by one', async () => {
    const [party] = kept.ownersAnswers['/parties'] as Answered[];
    const parties = [{ partyId: party?.partyId, role: 'SUBJECT' }];
    const year = new Date().getUTCFullYear();
    const last = (kept.ownersAnswers['/cases'] as { caseNumber: string }[])
      .map(({ caseNumber }) => caseNumber)
      .filter((number) => number.startsWith(`AIR-${year}-`))
      .sort()
      .at(-1);
    for (const next of [1, 2]) {
      const { status, body } = await as('intake_ines').post('/cases', { caseTypeCode: 'AIR', parties });
      const number = `AIR-${year}-${String(Number(last?.slice(-6) ?? 0) + next).padStart(6, '0')}`;
      expect([status, body.caseNumber]).toEqual([201, number]);
    }
    const path = `/parties/${String(party?.partyId)}`;
    const ifMatch = { 'if-match': `"${party?.version ?? 0}"` };
    const renamed = await as('intake_ines').send('PATCH', `${path}/profile`, { legalName: 'Alder Mill Ltd' }, ifMatch);
    expect([renamed.status, renamed.body.version]).toEqual([200, (party?.version ?? 0) + 1]);
  });

  it('takes new commands on what was begun before: the package that was laid before an authority is decided', async () => {
    const packages = Object.entries(kept.ownersAnswers).filter(([path]) => path.startsWith('/decision-packages/dpkg_'));
    const laid = packages.map(([, body]) => body as Answered).find(({ status }) => status === 'AWAITING_APPROVAL');
    const on = new CaseJourney(kept.remit, String(laid?.caseId), String(laid?.subjectPartyId));
    on.packageId = String(laid?.decisionPackageId);
    const decided = await on.done(on.approve('authority_ada', 'They agreed to restore it.'));
    expect(decided).toMatchObject({ status: 'FINALIZED', decisionVersion: 1 });
    await on.waitsFor('WAITING_FOR_NOTICE_DELIVERY');
    await on.reaches('DECIDED');
  });

  it('reads the contents of evidence, and notes it in chains of custody and of audit that all hold', async () => {
    const items = Object.keys(kept.ownersAnswers).filter((path) => /^\/evidence\/ev_\w+$/.test(path));
    expect(items.length).toBeGreaterThan(3);
    for (const path of items) {
      expect((await as('supervisor_sol').get(`${path}/content`)).text).toContain('photograph');
      const { body } = await as('supervisor_sol').get<Page<{ type: string }>>(`${path}/custody?limit=100`);
      expect(body.data.at(-1)).toMatchObject({ type: 'ACCESSED' });
      expect(body).toMatchObject({ verification: { intact: true } });
    }
    await delivered(Date.now());
    const { body } = await as('auditor_aude').get('/audit/verification?limit=100');
    expect(body).toMatchObject({ intact: true, broken: 0 });
  });

  it('shows in the end every case in every view as its owners say it', async () => {
    await delivered(Date.now());
    const answers = await OwnersAnswers.of(kept.remit);
    for (const caseId of casesIn(answers)) {
      const { body } = await as('supervisor_sol').get<View>(`/cases/${caseId}/dossier`);
      expect(body.data).toMatchObject(dossierByOwners(answers, caseId));
      const { parties, status } = answers[`/cases/${caseId}`] as Answered & { parties: { partyId: string }[] };
      for (const { partyId } of parties) {
        const history = await as('supervisor_sol').get<{ data: { cases: object[] } }>(
          `/parties/${partyId}/case-history?limit=100`,
        );
        expect(history.body.data.cases).toContainEqual(expect.objectContaining({ caseId, partyId, status }));
      }
    }
    expect(await deadLetters()).toEqual([]);
  });

  const caseOf = (title: string): string =>
    String((kept.ownersAnswers['/cases'] as Answered[]).find((each) => each.title === title)?.caseId);
});
