import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asServerAdministrator } from '../../support/database.js';
import type { Reply } from '../../support/officer.js';
import type { HistoryAnswer, WorklistAnswer } from './answers.js';
import { RunningReporting } from './running-reporting.js';
import { CaseStory, linked } from './samples.js';

let reporting: RunningReporting;
beforeAll(async () => {
  reporting = await RunningReporting.start();
});
afterAll(() => reporting.stop());

describe('the dossier', () => {
  it('shows the case as its owner told of it, with who touched it last', async () => {
    const mill = await reporting.knownParty('Alder Mill Ltd');
    const [story, eventId] = await reporting.knownCase([{ party: mill }], { caseNumber: 'ENV-2026-000007' });
    const { status, body } = await reporting.dossier(story, eventId);
    expect(status).toBe(200);
    expect(body.data).toEqual({
      caseId: story.caseId,
      caseNumber: 'ENV-2026-000007',
      caseTypeCode: 'ENV',
      title: 'Odour complaint',
      status: 'REGISTERED',
      classification: 'INTERNAL',
      restrictedToTeam: false,
      team: 'central',
      location: 'Mill Lane',
      occurredOn: null,
      receivedOn: '2026-02-27',
      registeredAt: body.projection.lastEventOccurredAt,
      parties: [
        {
          partyId: mill.partyId,
          role: 'SUBJECT',
          partyNameAtRegistration: 'Alder Mill Ltd',
          partyVersionAtRegistration: 1,
          currentPartyName: 'Alder Mill Ltd',
          mergedInto: null,
        },
      ],
      links: [],
      ...{ investigations: [], allegations: [], findings: [], evidence: [], decisionPackages: [], decisions: [] },
      caseVersion: 1,
    });
    expect(body.projection).toMatchObject({ lastEventId: eventId, freshnessStatus: 'WITHIN_SLO' });
    expect(body.projection.lagSeconds).toBeLessThan(5);
    expect(body).not.toHaveProperty('waitedFor');
  });

  it('shows a change of name to whoever waits for it, and leaves the name at registration alone', async () => {
    const mill = await reporting.knownParty('Alder Mill Ltd');
    const [story] = await reporting.knownCase([{ party: mill }]);
    const renamed = await reporting.append(mill.renamed('Alder Mills plc'));
    const { body } = await reporting.dossier(story, renamed);
    expect(body.data.parties).toMatchObject([
      { partyNameAtRegistration: 'Alder Mill Ltd', currentPartyName: 'Alder Mills plc' },
    ]);
    expect(body.projection.lastEventId).toBe(renamed);
  });

  it('takes the name at registration from the version that the event carries, heard of or not', async () => {
    const mill = await reporting.knownParty('Alder Mill Ltd');
    await reporting.append(mill.renamed('Alder Mills plc'));
    mill.prefersAnotherChannel();
    const [story] = await reporting.knownCase([{ party: mill, version: 3 }]);
    const later = await reporting.append(mill.renamed('Alder Group plc'));
    const { body } = await reporting.dossier(story, later);
    expect(body.data.parties).toMatchObject([
      { partyNameAtRegistration: 'Alder Mills plc', currentPartyName: 'Alder Group plc' },
    ]);
  });

  it('names a merged party as the survivor is called now, and by itself once unmerged', async () => {
    const [mill, tannery] = [
      await reporting.knownParty('Alder Mill Ltd'),
      await reporting.knownParty('Brook Tannery Ltd'),
    ];
    const [story] = await reporting.knownCase([{ party: mill }]);
    await reporting.append(mill.mergedInto(tannery, 'Brook Tannery Ltd'));
    const renamed = await reporting.append(tannery.renamed('Brook Leather Ltd'));
    expect((await reporting.dossier(story, renamed)).body.data.parties).toMatchObject([
      {
        partyNameAtRegistration: 'Alder Mill Ltd',
        currentPartyName: 'Brook Leather Ltd',
        mergedInto: tannery.partyId,
      },
    ]);
    const unmerged = await reporting.append(mill.unmergedFrom(tannery, 'Alder Mill Ltd'));
    expect((await reporting.dossier(story, unmerged)).body.data.parties).toMatchObject([
      { currentPartyName: 'Alder Mill Ltd', mergedInto: null },
    ]);
  });

  it('waits for its case when the link came first', async () => {
    const [story, other] = [new CaseStory(), new CaseStory()];
    const link = await reporting.append(other.registered([]), linked(story, other));
    expect((await reporting.dossier(story, link)).status).toBe(404);
    const registered = await reporting.append(story.registered([]));
    const { body } = await reporting.dossier(story, registered);
    expect(body.data.links).toMatchObject([{ linkedCaseId: other.caseId, relation: 'RELATED' }]);
  });

  it('counts repeated and stale versions without any effect', async () => {
    const [story] = await reporting.knownCase([]);
    const amendment = story.amended({ title: 'Odour and noise' });
    const first = await reporting.append(amendment, story.amended({ title: 'Noise' }));
    expect((await reporting.dossier(story, first)).body.data).toMatchObject({ title: 'Noise', caseVersion: 3 });
    const again = await reporting.append({ ...amendment, id: undefined });
    expect((await reporting.dossier(story, again)).body.data).toMatchObject({ title: 'Noise', caseVersion: 3 });
    const metrics = await (await fetch(new URL('/metrics', reporting.module.baseUrl))).text();
    expect(metrics).toMatch(/remit_stale_events_ignored_total\{consumer="reporting.case-dossier"\} 1/);
  });
});

describe('the worklist', () => {
  it('pages through unassigned cases, newest first or oldest first, by type', async () => {
    const mill = await reporting.knownParty('Alder Mill Ltd');
    const stories = [1, 2, 3].map(() => new CaseStory());
    const after = await reporting.append(
      ...stories.map((story, index) => ({
        ...story.registered([{ party: mill }, { party: mill, role: 'WITNESS' }], { caseTypeCode: 'WAT' }),
        occurredAt: `2026-03-0${index + 1}T09:00:00.000Z`,
      })),
    );
    const [first, second, third] = stories.map(({ caseId }) => caseId);
    const path = `/worklist?caseTypeCode=WAT&limit=2&waitForEventId=${after}`;
    const page = await reporting.ivo.get<WorklistAnswer>(path);
    expect(page.body.data.map(({ caseId }) => caseId)).toEqual([third, second]);
    expect(page.body.data[0]).toMatchObject({
      subjects: [{ partyId: mill.partyId, currentPartyName: 'Alder Mill Ltd' }],
    });
    const rest = await reporting.ivo.get<WorklistAnswer>(`${path}&cursor=${page.body.nextCursor ?? ''}`);
    expect(rest.body).toMatchObject({ data: [{ caseId: first }], nextCursor: null });
    const oldest = await reporting.ivo.get<WorklistAnswer>(`${path}&sort=registeredAt&status=REGISTERED`);
    expect(oldest.body.data.map(({ caseId }) => caseId)).toEqual([first, second]);
    const other = await reporting.ivo.get(`${path}&sort=registeredAt&cursor=${page.body.nextCursor ?? ''}`);
    expect(other.status).toBe(400);
  });

  it('shows whoever reads a page again what was applied since, names included, and each reader their own', async () => {
    const [mill, story] = [await reporting.knownParty('Alder Mill Ltd'), new CaseStory()];
    const page = async (after: string, officer = reporting.ivo): Promise<WorklistAnswer['data'][number] | undefined> =>
      (await reporting.worklist('caseTypeCode=GEN', after, officer)).body.data[0];
    const registered = await reporting.append(story.registered([{ party: mill }], { caseTypeCode: 'GEN' }));
    expect(await page(registered)).toEqual(await page(registered));
    const renamed = await reporting.append(mill.renamed('Alder Mills plc'));
    expect(await page(renamed)).toMatchObject({ subjects: [{ currentPartyName: 'Alder Mills plc' }] });
    const amended = await reporting.append(story.amended({ title: 'Noise' }));
    expect(await page(amended)).toMatchObject({ title: 'Noise' });
    const closed = await reporting.append(story.amended({ classification: 'RESTRICTED' }));
    expect(await page(closed, reporting.sol)).toMatchObject({ title: 'Noise' });
    expect(await page(closed)).toBeUndefined();
  });

  it('shows what was applied since a crash of the server, which takes rows and their revision back together', async () => {
    const page = (after: string): Promise<Reply<WorklistAnswer>> => reporting.worklist('caseTypeCode=CRA', after);
    await asServerAdministrator(async (admin) => {
      const tablesOf = async (name: string): Promise<string[]> => {
        const { rows } = await admin.query<{ place: string }>(
          `SELECT oid::regclass::text AS place FROM pg_class
           WHERE relnamespace = 'reporting'::regnamespace AND relkind = 'r' AND relname ~ ('^' || $1)`,
          [name],
        );
        return rows.map(({ place }) => place);
      };
      const before = new Map<string, string>();
      for (const table of await tablesOf('worklist_revision')) {
        const { rows } = await admin.query<{ revision: string }>(`SELECT revision FROM ${table}`);
        if (rows[0]) before.set(table, rows[0].revision);
      }
      const [lost, registered] = await reporting.knownCase([], { caseTypeCode: 'CRA' });
      expect((await page(registered)).body.data).toMatchObject([{ caseId: lost.caseId }]);
      for (const table of await tablesOf('worklist_case'))
        await admin.query(`DELETE FROM ${table} WHERE case_id = $1`, [lost.caseId]);
      for (const [table, revision] of before) await admin.query(`UPDATE ${table} SET revision = $1`, [revision]);
    }, reporting.module.database.url);
    const [next, after] = await reporting.knownCase([], { caseTypeCode: 'CRA' });
    expect((await page(after)).body.data).toMatchObject([{ caseId: next.caseId }]);
  });

  it.each(['sort=title', 'assigneeId=x', 'limit=0', 'cursor=bm9uZQ', 'status=a%00b', 'timeoutMs=10001'])(
    'refuses ?%s',
    async (parameter) => {
      const { status, body } = await reporting.ivo.get<WorklistAnswer>(`/worklist?${parameter}`);
      expect({ status, errorCode: body.errorCode }).toEqual({ status: 400, errorCode: 'VALIDATION_FAILED' });
      expect(body.detail).toContain(parameter.split('=')[0]);
    },
  );
});

describe('the case history of a party', () => {
  it('holds cases and roles past and present, newest first, in pages', async () => {
    const mill = await reporting.knownParty('Alder Mill Ltd');
    const [older] = await reporting.knownCase([{ party: mill }]);
    await reporting.append(older.partyRemoved({ party: mill }));
    const [newer, after] = await reporting.knownCase([{ party: mill, role: 'WITNESS' }]);
    const { body } = await reporting.history(mill.partyId, after);
    expect(body.data).toMatchObject({
      partyId: mill.partyId,
      currentPartyName: 'Alder Mill Ltd',
      mergedInto: null,
      cases: [
        { caseId: newer.caseId, role: 'WITNESS', partyNameAtRegistration: 'Alder Mill Ltd' },
        { caseId: older.caseId, role: 'SUBJECT', removedAt: expect.any(String) },
      ],
    });
    expect(body.data.cases[0]).not.toHaveProperty('removedAt');
    const path = `/parties/${mill.partyId}/case-history?limit=1`;
    const page = await reporting.ivo.get<HistoryAnswer>(path);
    expect(page.body.data.cases.map(({ caseId }) => caseId)).toEqual([newer.caseId]);
    const rest = await reporting.ivo.get<HistoryAnswer>(`${path}&cursor=${page.body.nextCursor ?? ''}`);
    expect(rest.body).toMatchObject({ data: { cases: [{ caseId: older.caseId }] }, nextCursor: null });
  });

  it('is the same for a merged party and its survivor', async () => {
    const [mill, tannery] = [
      await reporting.knownParty('Alder Mill Ltd'),
      await reporting.knownParty('Brook Tannery Ltd'),
    ];
    const [ofMill] = await reporting.knownCase([{ party: mill }]);
    const [ofTannery] = await reporting.knownCase([{ party: tannery }]);
    const merged = await reporting.append(mill.mergedInto(tannery, 'Brook Tannery Ltd'));
    const wanted = [
      { caseId: ofTannery.caseId, partyId: tannery.partyId, partyNameAtRegistration: 'Brook Tannery Ltd' },
      { caseId: ofMill.caseId, partyId: mill.partyId, partyNameAtRegistration: 'Alder Mill Ltd' },
    ];
    for (const { partyId } of [mill, tannery]) {
      const { body } = await reporting.history(partyId, merged);
      expect(body.data).toMatchObject({ partyId, currentPartyName: 'Brook Tannery Ltd', cases: wanted });
    }
    expect((await reporting.history(mill.partyId, merged)).body.data.mergedInto).toBe(tannery.partyId);
  });
});
