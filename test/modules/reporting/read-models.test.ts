import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ReportingModule } from '../../../src/modules/reporting/reporting.module.js';
import { startModule, type TestModule } from '../../support/module.js';
import type { LoggedEvent } from '../../support/log.js';
import type { Officer, Reply } from '../../support/officer.js';
import type { DossierAnswer, HistoryAnswer, WorklistAnswer } from './answers.js';
import { CaseStory, linked, PartyStory, type InRole } from './samples.js';

let reporting: TestModule;
beforeAll(async () => {
  reporting = await startModule(ReportingModule);
});
afterAll(() => reporting.stop());

const ivo = (): Officer => reporting.as('investigator_ivo');

/** Appends, and answers the last event's id: whoever has waited for it sees them all. */
const told = async (...events: LoggedEvent[]): Promise<string> => (await reporting.log.append(...events)).at(-1) ?? '';

const dossier = ({ caseId }: CaseStory, after: string, officer = ivo()): Promise<Reply<DossierAnswer>> =>
  officer.get(`/cases/${caseId}/dossier?waitForEventId=${after}`);

const history = (partyId: string, after: string, officer = ivo()): Promise<Reply<HistoryAnswer>> =>
  officer.get(`/parties/${partyId}/case-history?waitForEventId=${after}`);

async function knownParty(name: string, ...more: Parameters<PartyStory['registered']>[1][]): Promise<PartyStory> {
  const party = new PartyStory();
  await told(party.registered(name, ...more));
  return party;
}

async function knownCase(
  parties: InRole[],
  given?: Parameters<CaseStory['registered']>[1],
): Promise<[CaseStory, string]> {
  const story = new CaseStory();
  return [story, await told(story.registered(parties, given))];
}

describe('the dossier', () => {
  it('shows the case as its owner told of it, with who touched it last', async () => {
    const mill = await knownParty('Alder Mill Ltd');
    const [story, eventId] = await knownCase([{ party: mill }], { caseNumber: 'ENV-2026-000007' });
    const { status, body } = await dossier(story, eventId);
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
      caseVersion: 1,
    });
    expect(body.projection).toMatchObject({ lastEventId: eventId, freshnessStatus: 'WITHIN_SLO' });
    expect(body.projection.lagSeconds).toBeLessThan(5);
    expect(body).not.toHaveProperty('waitedFor');
  });

  it('shows a change of name to whoever waits for it, and leaves the name at registration alone', async () => {
    const mill = await knownParty('Alder Mill Ltd');
    const [story] = await knownCase([{ party: mill }]);
    const renamed = await told(mill.renamed('Alder Mills plc'));
    const { body } = await dossier(story, renamed);
    expect(body.data.parties).toMatchObject([
      { partyNameAtRegistration: 'Alder Mill Ltd', currentPartyName: 'Alder Mills plc' },
    ]);
    expect(body.projection.lastEventId).toBe(renamed);
  });

  it('takes the name at registration from the version that the event carries, heard of or not', async () => {
    const mill = await knownParty('Alder Mill Ltd');
    await told(mill.renamed('Alder Mills plc'));
    mill.prefersAnotherChannel();
    const [story] = await knownCase([{ party: mill, version: 3 }]);
    const later = await told(mill.renamed('Alder Group plc'));
    const { body } = await dossier(story, later);
    expect(body.data.parties).toMatchObject([
      { partyNameAtRegistration: 'Alder Mills plc', currentPartyName: 'Alder Group plc' },
    ]);
  });

  it('names a merged party as the survivor is called now, and by itself once unmerged', async () => {
    const [mill, tannery] = [await knownParty('Alder Mill Ltd'), await knownParty('Brook Tannery Ltd')];
    const [story] = await knownCase([{ party: mill }]);
    await told(mill.mergedInto(tannery, 'Brook Tannery Ltd'));
    const renamed = await told(tannery.renamed('Brook Leather Ltd'));
    expect((await dossier(story, renamed)).body.data.parties).toMatchObject([
      {
        partyNameAtRegistration: 'Alder Mill Ltd',
        currentPartyName: 'Brook Leather Ltd',
        mergedInto: tannery.partyId,
      },
    ]);
    const unmerged = await told(mill.unmergedFrom(tannery, 'Alder Mill Ltd'));
    expect((await dossier(story, unmerged)).body.data.parties).toMatchObject([
      { currentPartyName: 'Alder Mill Ltd', mergedInto: null },
    ]);
  });

  it('waits for its case when the link came first', async () => {
    const [story, other] = [new CaseStory(), new CaseStory()];
    const link = await told(other.registered([]), linked(story, other));
    expect((await dossier(story, link)).status).toBe(404);
    const registered = await told(story.registered([]));
    const { body } = await dossier(story, registered);
    expect(body.data.links).toMatchObject([{ linkedCaseId: other.caseId, relation: 'RELATED' }]);
  });

  it('counts repeated and stale versions without any effect', async () => {
    const [story] = await knownCase([]);
    const amendment = story.amended({ title: 'Odour and noise' });
    const first = await told(amendment, story.amended({ title: 'Noise' }));
    expect((await dossier(story, first)).body.data).toMatchObject({ title: 'Noise', caseVersion: 3 });
    const again = await told({ ...amendment, id: undefined });
    expect((await dossier(story, again)).body.data).toMatchObject({ title: 'Noise', caseVersion: 3 });
    const metrics = await (await fetch(new URL('/metrics', reporting.baseUrl))).text();
    expect(metrics).toMatch(/remit_stale_events_ignored_total\{consumer="reporting.case-dossier"\} 1/);
  });
});

describe('the worklist', () => {
  it('pages through unassigned cases, newest first or oldest first, by type', async () => {
    const mill = await knownParty('Alder Mill Ltd');
    const stories = [1, 2, 3].map(() => new CaseStory());
    const after = await told(
      ...stories.map((story, index) => ({
        ...story.registered([{ party: mill }, { party: mill, role: 'WITNESS' }], { caseTypeCode: 'WAT' }),
        occurredAt: `2026-03-0${index + 1}T09:00:00.000Z`,
      })),
    );
    const [first, second, third] = stories.map(({ caseId }) => caseId);
    const path = `/worklist?caseTypeCode=WAT&limit=2&waitForEventId=${after}`;
    const page = await ivo().get<WorklistAnswer>(path);
    expect(page.body.data.map(({ caseId }) => caseId)).toEqual([third, second]);
    expect(page.body.data[0]).toMatchObject({
      assigneeId: null,
      subjects: [{ partyId: mill.partyId, currentPartyName: 'Alder Mill Ltd' }],
    });
    const rest = await ivo().get<WorklistAnswer>(`${path}&cursor=${page.body.nextCursor ?? ''}`);
    expect(rest.body).toMatchObject({ data: [{ caseId: first }], nextCursor: null });
    const oldest = await ivo().get<WorklistAnswer>(`${path}&sort=registeredAt&status=REGISTERED`);
    expect(oldest.body.data.map(({ caseId }) => caseId)).toEqual([first, second]);
    const other = await ivo().get(`${path}&sort=registeredAt&cursor=${page.body.nextCursor ?? ''}`);
    expect(other.status).toBe(400);
  });

  it('shows whoever reads a page again what was applied since, names included, and each reader their own', async () => {
    const [mill, story] = [await knownParty('Alder Mill Ltd'), new CaseStory()];
    const page = async (after: string, officer = ivo()): Promise<WorklistAnswer['data'][number] | undefined> =>
      (await officer.get<WorklistAnswer>(`/worklist?caseTypeCode=GEN&waitForEventId=${after}`)).body.data[0];
    const registered = await told(story.registered([{ party: mill }], { caseTypeCode: 'GEN' }));
    expect(await page(registered)).toEqual(await page(registered));
    const renamed = await told(mill.renamed('Alder Mills plc'));
    expect(await page(renamed)).toMatchObject({ subjects: [{ currentPartyName: 'Alder Mills plc' }] });
    const amended = await told(story.amended({ title: 'Noise' }));
    expect(await page(amended)).toMatchObject({ title: 'Noise' });
    const closed = await told(story.amended({ classification: 'RESTRICTED' }));
    expect(await page(closed, reporting.as('supervisor_sol'))).toMatchObject({ title: 'Noise' });
    expect(await page(closed)).toBeUndefined();
  });

  it.each(['sort=title', 'assigneeId=x', 'limit=0', 'cursor=bm9uZQ', 'status=a%00b', 'timeoutMs=10001'])(
    'refuses ?%s',
    async (parameter) => {
      const { status, body } = await ivo().get<WorklistAnswer>(`/worklist?${parameter}`);
      expect({ status, errorCode: body.errorCode }).toEqual({ status: 400, errorCode: 'VALIDATION_FAILED' });
      expect(body.detail).toContain(parameter.split('=')[0]);
    },
  );
});

describe('the case history of a party', () => {
  it('holds cases and roles past and present, newest first, in pages', async () => {
    const mill = await knownParty('Alder Mill Ltd');
    const [older] = await knownCase([{ party: mill }]);
    await told(older.partyRemoved({ party: mill }));
    const [newer, after] = await knownCase([{ party: mill, role: 'WITNESS' }]);
    const { body } = await history(mill.partyId, after);
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
    const page = await ivo().get<HistoryAnswer>(path);
    expect(page.body.data.cases.map(({ caseId }) => caseId)).toEqual([newer.caseId]);
    const rest = await ivo().get<HistoryAnswer>(`${path}&cursor=${page.body.nextCursor ?? ''}`);
    expect(rest.body).toMatchObject({ data: { cases: [{ caseId: older.caseId }] }, nextCursor: null });
  });

  it('is the same for a merged party and its survivor', async () => {
    const [mill, tannery] = [await knownParty('Alder Mill Ltd'), await knownParty('Brook Tannery Ltd')];
    const [ofMill] = await knownCase([{ party: mill }]);
    const [ofTannery] = await knownCase([{ party: tannery }]);
    const merged = await told(mill.mergedInto(tannery, 'Brook Tannery Ltd'));
    const wanted = [
      { caseId: ofTannery.caseId, partyId: tannery.partyId, partyNameAtRegistration: 'Brook Tannery Ltd' },
      { caseId: ofMill.caseId, partyId: mill.partyId, partyNameAtRegistration: 'Alder Mill Ltd' },
    ];
    for (const { partyId } of [mill, tannery]) {
      const { body } = await history(partyId, merged);
      expect(body.data).toMatchObject({ partyId, currentPartyName: 'Brook Tannery Ltd', cases: wanted });
    }
    expect((await history(mill.partyId, merged)).body.data.mergedInto).toBe(tannery.partyId);
  });
});

describe('what a reader may not see', () => {
  const sol = (): Officer => reporting.as('supervisor_sol');
  const lena = (): Officer => reporting.as('legal_lena');

  it('is not there: above the clearance, or restricted to another team', async () => {
    const mill = await knownParty('Alder Mill Ltd');
    const [secret] = await knownCase([{ party: mill }], { classification: 'RESTRICTED', caseTypeCode: 'AIR' });
    const [central, after] = await knownCase([{ party: mill }], { restrictedToTeam: true, caseTypeCode: 'AIR' });
    expect((await dossier(secret, after, ivo())).status).toBe(404);
    expect((await dossier(central, after, lena())).status).toBe(404);
    expect((await dossier(central, after, ivo())).status).toBe(200);
    expect((await dossier(secret, after, sol())).status).toBe(200);
    const listed = async (officer: Officer): Promise<string[]> =>
      (await officer.get<WorklistAnswer>(`/worklist?caseTypeCode=AIR&waitForEventId=${after}`)).body.data.map(
        ({ caseId }) => caseId,
      );
    expect(await listed(sol())).toEqual([central.caseId, secret.caseId]);
    expect(await listed(ivo())).toEqual([central.caseId]);
    expect(await listed(lena())).toEqual([]);
    const inHistory = async (officer: Officer): Promise<string[]> =>
      (await history(mill.partyId, after, officer)).body.data.cases.map(({ caseId }) => caseId);
    expect(await inHistory(sol())).toEqual([central.caseId, secret.caseId]);
    expect(await inHistory(ivo())).toEqual([central.caseId]);
    expect(await inHistory(lena())).toEqual([]);
  });

  it('answers not yours and not there with the same bytes', async () => {
    const [secret, after] = await knownCase([], { classification: 'RESTRICTED' });
    await dossier(secret, after, sol());
    const correlation = { 'x-correlation-id': 'same' };
    const paths = [secret.caseId, new CaseStory().caseId, 'case_1', 'case%00'].map((id) => `/cases/${id}/dossier`);
    const replies = await Promise.all(paths.map((path) => ivo().get(path, correlation)));
    expect(new Set(replies.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(replies[0]?.status).toBe(404);
  });

  it('hides the names of parties above the clearance, and says so', async () => {
    const [mill, tannery] = [await knownParty('Alder Mill Ltd', 'RESTRICTED'), await knownParty('Brook Tannery Ltd')];
    const [story, after] = await knownCase([{ party: mill }, { party: tannery, role: 'WITNESS' }], {
      caseTypeCode: 'WASTE',
    });
    const low = await dossier(story, after, ivo());
    expect(low.body.data.parties).toMatchObject([
      {
        partyId: mill.partyId,
        partyNameAtRegistration: null,
        currentPartyName: null,
        redacted: ['partyNameAtRegistration', 'currentPartyName'],
      },
      { partyNameAtRegistration: 'Brook Tannery Ltd', currentPartyName: 'Brook Tannery Ltd' },
    ]);
    expect(low.body.data.parties[1]).not.toHaveProperty('redacted');
    expect(low.text).not.toContain('Alder');
    expect((await dossier(story, after, sol())).body.data.parties[0]?.currentPartyName).toBe('Alder Mill Ltd');
    const list = await ivo().get<WorklistAnswer>('/worklist?caseTypeCode=WASTE');
    expect(list.body.data[0]?.subjects).toEqual([
      { partyId: mill.partyId, currentPartyName: null, redacted: ['currentPartyName'] },
    ]);
    expect((await history(mill.partyId, after, ivo())).status).toBe(404);
    expect((await history(mill.partyId, after, sol())).status).toBe(200);
  });

  it('hides a survivor above the clearance behind those merged into it', async () => {
    const [mill, tannery] = [await knownParty('Alder Mill Ltd'), await knownParty('Brook Tannery Ltd', 'RESTRICTED')];
    const [ofMill] = await knownCase([{ party: mill }]);
    await knownCase([{ party: tannery }]);
    const merged = await told(mill.mergedInto(tannery, 'Brook Tannery Ltd'));
    const { body, text } = await history(mill.partyId, merged, ivo());
    expect(body.data).toMatchObject({ currentPartyName: null, redacted: ['currentPartyName'] });
    expect(body.data.cases).toMatchObject([{ caseId: ofMill.caseId, partyNameAtRegistration: 'Alder Mill Ltd' }]);
    expect(text).not.toContain('Brook');
  });

  it('hides a link to a case that is not theirs to see', async () => {
    const [open] = await knownCase([]);
    const [secret] = await knownCase([], { classification: 'RESTRICTED' });
    const link = await told(linked(open, secret));
    expect((await dossier(open, link, ivo())).body.data.links).toEqual([]);
    expect((await dossier(open, link, sol())).body.data.links).toMatchObject([{ linkedCaseId: secret.caseId }]);
  });
});
