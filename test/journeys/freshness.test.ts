import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { investigated } from '../support/investigated.js';
import { anApplication, type OwnRemit } from '../support/remit.js';

interface Projection {
  lastEventId: string;
  lagSeconds: number;
  freshnessStatus: string;
}

interface Dossier {
  data?: { caseId: string; status: string; parties: Record<string, unknown>[]; investigations: unknown[] };
  projection: Projection;
  waitedFor?: string;
}

interface Registered {
  caseId: string;
  publishedEventId: string;
}

describe('how fresh an officer\u2019s view is', () => {
  let remit: OwnRemit;
  beforeAll(async () => {
    // Its clock is moved and its delivery stands still.
    remit = await anApplication();
  });
  afterAll(() => remit.stop());

  async function registerParty(legalName: string): Promise<string> {
    const party = { kind: 'ORGANISATION', legalName };
    return (await remit.as('intake_ines').post<{ partyId: string }>('/parties', party)).body.partyId;
  }

  async function registerCase(partyId: string): Promise<Registered> {
    const registration = { caseTypeCode: 'ENV', parties: [{ partyId, role: 'SUBJECT' }] };
    return (await remit.as('intake_ines').post<Registered>('/cases', registration)).body;
  }

  const dossier = (caseId: string, wait = ''): ReturnType<typeof read> => read(caseId, wait);
  const read = (caseId: string, wait: string) =>
    remit.as('investigator_ivo').get<Dossier>(`/cases/${caseId}/dossier${wait}`);

  const advance = (advanceSeconds: number) => remit.as('admin_ari').post('/dev/clock', { advanceSeconds });

  it('shows the case just registered to whoever waits for its event', async () => {
    const { caseId, publishedEventId } = await registerCase(await registerParty('Alder Mill Ltd'));
    const { status, body } = await dossier(caseId, `?waitForEventId=${publishedEventId}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ data: { caseId }, projection: { freshnessStatus: 'WITHIN_SLO' } });
    expect(body.waitedFor).not.toBe('TIMED_OUT');
  });

  it('keeps the name at registration and follows the current one, and labels both', async () => {
    const partyId = await registerParty('Brook Tannery Ltd');
    const { caseId } = await registerCase(partyId);
    const renamed = await remit
      .as('intake_ines')
      .send<Registered>(
        'PATCH',
        `/parties/${partyId}/profile`,
        { legalName: 'Brook Leather Ltd' },
        { 'if-match': '"1"' },
      );
    const { body } = await dossier(caseId, `?waitForEventId=${renamed.body.publishedEventId}`);
    expect(body.data?.parties).toEqual([
      expect.objectContaining({
        partyId,
        partyNameAtRegistration: 'Brook Tannery Ltd',
        currentPartyName: 'Brook Leather Ltd',
      }),
    ]);
  });

  it('says while the relay is paused that it falls behind, and loses nothing when it goes on', async () => {
    const partyId = await registerParty('Cedar Works Ltd');
    const before = await registerCase(partyId);
    await dossier(before.caseId, `?waitForEventId=${before.publishedEventId}`);
    const operator = remit.as('operator_otto');
    expect((await operator.post('/operations/relay/pause', { reason: 'Maintenance of the disk' })).status).toBe(200);

    const missed = await Promise.all(Array.from({ length: 5 }, () => registerCase(partyId)));
    await advance(30);
    const first = (await dossier(before.caseId)).body.projection;
    await advance(60);
    const second = (await dossier(before.caseId)).body.projection;
    expect(first.lagSeconds).toBeGreaterThanOrEqual(30);
    expect(second.lagSeconds).toBeGreaterThanOrEqual(first.lagSeconds + 60);
    expect(second.freshnessStatus).toBe('STALE');
    for (const { caseId } of missed) expect((await dossier(caseId)).status).toBe(404);
    const relay = await operator.get('/operations/relay');
    expect(relay.body).toMatchObject({ status: 'PAUSED', pausedBecause: { reason: 'Maintenance of the disk' } });
    const late = await dossier(before.caseId, `?waitForEventId=${missed[0]?.publishedEventId ?? ''}&timeoutMs=50`);
    expect(late.body).toMatchObject({ data: { caseId: before.caseId }, waitedFor: 'TIMED_OUT' });

    expect((await operator.post('/operations/relay/resume', { reason: 'Done' })).status).toBe(200);
    for (const { caseId, publishedEventId } of missed) {
      const { body } = await dossier(caseId, `?waitForEventId=${publishedEventId}`);
      expect(body).toMatchObject({ data: { caseId }, projection: { freshnessStatus: 'WITHIN_SLO' } });
    }
  });

  it('stays within its limits while nothing happens', async () => {
    const { caseId } = await registerCase(await registerParty('Dene Quarry Ltd'));
    await investigated(remit, caseId);
    const { lastEventId } = (
      await eventually(
        () => dossier(caseId),
        ({ body: { data } }) => data?.status === 'UNDER_INVESTIGATION' && data.investigations.length === 1,
      )
    ).body.projection;
    await advance(3600);
    // Nothing was committed since; the log was polled, and that is enough.
    const { body } = await dossier(caseId);
    expect(body.projection).toMatchObject({ lastEventId, freshnessStatus: 'WITHIN_SLO' });
  });

  it('audits who paused delivery and why it mattered, and refuses it to officers', async () => {
    expect((await remit.as('intake_ines').post('/operations/relay/pause', { reason: 'x' })).status).toBe(403);
    const { body } = await remit
      .as('auditor_aude')
      .get<{ data: { action: string; afterState: string; reasonCode: string | null }[] }>(
        '/audit/records?action=PAUSE_DELIVERY',
      );
    expect(body.data.map(({ afterState }) => afterState)).toContain('PAUSED');
  });
});
