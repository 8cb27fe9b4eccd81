import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ReportingModule } from '../../../src/modules/reporting/reporting.module.js';
import { newId } from '../../../src/platform/base/ids.js';
import { asServerAdministrator } from '../../support/database.js';
import { startModule, type TestModule } from '../../support/module.js';
import type { DossierAnswer } from './answers.js';
import { CaseStory, PartyStory } from './samples.js';

let reporting: TestModule;
beforeAll(async () => {
  reporting = await startModule(ReportingModule);
});
afterAll(() => reporting.stop());

const read = (caseId: string, query = ''): ReturnType<typeof get> => get(`/cases/${caseId}/dossier${query}`);
const get = (path: string) => reporting.as('investigator_ivo').get<DossierAnswer>(path);

/** As an operator's pause would. */
const pause = (consumer: string, paused: boolean): Promise<unknown> =>
  asServerAdministrator(
    (admin) => admin.query('SELECT bus.set_paused($1, $2, $3, $4, $5)', [consumer, paused, 'test', 'test', new Date()]),
    reporting.database.url,
  );

async function known(): Promise<{ story: CaseStory; mill: PartyStory; eventId: string }> {
  const [story, mill] = [new CaseStory(), new PartyStory()];
  const [, eventId = ''] = await reporting.log.append(
    mill.registered('Alder Mill Ltd'),
    story.registered([{ party: mill }]),
  );
  return { story, mill, eventId };
}

describe('waiting for an event', () => {
  it('answers with what there is when the event does not come in time, and says so', async () => {
    const { story, eventId } = await known();
    await read(story.caseId, `?waitForEventId=${eventId}`);
    const { status, body } = await read(story.caseId, `?waitForEventId=${newId('evt')}&timeoutMs=20`);
    expect({ status, waitedFor: body.waitedFor }).toEqual({ status: 200, waitedFor: 'TIMED_OUT' });
    expect(body.data.caseId).toBe(story.caseId);
  });

  it('answers 404 when the event does not come in time and nothing is there', async () => {
    const { status } = await read(new CaseStory().caseId, `?waitForEventId=${newId('evt')}&timeoutMs=20`);
    expect(status).toBe(404);
  });

  it.each(['timeoutMs=10001', 'timeoutMs=-1', 'timeoutMs=soon', 'waitForEventId=evt_1', 'untilEventId=x'])(
    'refuses ?%s',
    async (parameter) => {
      const { status, body } = await read(new CaseStory().caseId, `?${parameter}`);
      expect(status).toBe(400);
      expect(body.detail).toContain(parameter.split('=')[0]);
    },
  );

  it('has not seen a change of name that names have not gone past, though the dossier itself has', async () => {
    const { story, mill, eventId } = await known();
    await read(story.caseId, `?waitForEventId=${eventId}`);
    await pause('reporting.party-names', true);
    const [renamed = '', amended = ''] = await reporting.log.append(
      mill.renamed('Alder Mills plc'),
      story.amended({ title: 'Noise' }),
    );
    const early = await read(story.caseId, `?waitForEventId=${renamed}&timeoutMs=300`);
    expect(early.body).toMatchObject({ waitedFor: 'TIMED_OUT', data: { parties: [{ currentPartyName: 'Alder Mill Ltd' }] } }); // prettier-ignore
    const later = read(story.caseId, `?waitForEventId=${amended}`);
    await pause('reporting.party-names', false);
    const { body } = await later;
    expect(body).toMatchObject({ data: { title: 'Noise', parties: [{ currentPartyName: 'Alder Mills plc' }] } });
    expect(body).not.toHaveProperty('waitedFor');
  });
});

describe('freshness', () => {
  /** Moves the application's clock; delivery that is not paused has polled again when this resolves. */
  const advance = (advanceSeconds: number): Promise<unknown> =>
    reporting.as('admin_ari').post('/dev/clock', { advanceSeconds });

  it.each([
    ['reporting.case-dossier', 61],
    ['reporting.party-names', 31],
  ])('is that of the worst part: with %s paused for %d seconds the dossier is stale', async (consumer, seconds) => {
    const { story, mill, eventId } = await known();
    const fresh = await read(story.caseId, `?waitForEventId=${eventId}`);
    expect(fresh.body.projection.freshnessStatus).toBe('WITHIN_SLO');
    await pause(consumer, true);
    // With nothing to apply a paused projection is up to date.
    const [unseen = ''] = await reporting.log.append(consumer.endsWith('names') ? mill.renamed('Alder Mills plc') : story.amended({ title: 'Noise' })); // prettier-ignore
    await advance(seconds);
    const { body } = await read(story.caseId);
    expect(body.projection.freshnessStatus).toBe('STALE');
    expect(body.projection.lagSeconds).toBeGreaterThan(seconds - 1);
    expect(body.data).toEqual(fresh.body.data);
    await pause(consumer, false);
    const again = await read(story.caseId, `?waitForEventId=${unseen}`);
    expect(again.body.projection.freshnessStatus).toBe('WITHIN_SLO');
  });

  it('is stale for the cases of a party whose event was parked, and for no others', async () => {
    const { story, mill, eventId } = await known();
    const other = await known();
    await read(story.caseId, `?waitForEventId=${eventId}`);
    const broken = { ...mill.renamed('Alder Mills plc'), payload: { partyId: mill.partyId, displayName: null } };
    const [, after = ''] = await reporting.log.append(broken, other.story.amended({ title: 'Noise' }));
    const untouched = await read(other.story.caseId, `?waitForEventId=${after}`);
    expect(untouched.body.projection.freshnessStatus).toBe('WITHIN_SLO');
    const { body } = await read(story.caseId);
    expect(body).toMatchObject({
      data: { parties: [{ currentPartyName: 'Alder Mill Ltd' }] },
      projection: { freshnessStatus: 'STALE' },
    });
  });
});

describe('another process on the same database', () => {
  it('sees that an event was gone past by consumers that it does not hold', async () => {
    const second = await startModule(ReportingModule, { database: reporting.database, alone: false });
    try {
      const { story, eventId } = await known();
      const { status, body } = await second
        .as('investigator_ivo')
        .get<DossierAnswer>(`/cases/${story.caseId}/dossier?waitForEventId=${eventId}&timeoutMs=10000`);
      expect({ status, waitedFor: body.waitedFor }).toEqual({ status: 200, waitedFor: undefined });
      expect(body.data.parties).toMatchObject([{ currentPartyName: 'Alder Mill Ltd' }]);
    } finally {
      await second.stop();
    }
  });
});
