import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { listenToCase, tokenFrom } from '../support/case-stream.js';
import { asServerAdministrator } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { investigated } from '../support/investigated.js';
import type { RemitProcess } from '../support/process.js';
import { heldBy, Replicas } from '../support/replicas.js';

interface Registered {
  caseId: string;
  publishedEventId: string;
}

interface Dossier {
  data?: { status: string; investigations: unknown[] };
  projection: { lastEventId: string };
}

interface ReadModel {
  data: Record<string, unknown>;
  waitedFor?: string;
}

describe('two replicas on one database', () => {
  let replicas: Replicas;
  let partyId: string;
  beforeAll(async () => {
    replicas = await Replicas.start();
    const party = { kind: 'ORGANISATION', legalName: 'Weir Paper Ltd' };
    partyId = (await replicas.one.as('intake_ines').post<{ partyId: string }>('/parties', party)).body.partyId;
  });
  afterAll(() => replicas.stop());

  const ways = (): [RemitProcess, RemitProcess][] => [
    [replicas.one, replicas.other],
    [replicas.other, replicas.one],
  ];
  const api = ({ baseUrl }: RemitProcess): string => `${baseUrl}/api/v1`;
  const registration = (): object => ({ caseTypeCode: 'WAT', parties: [{ partyId, role: 'SUBJECT' }] });
  const register = async (at: RemitProcess): Promise<Registered> =>
    (await at.as('intake_ines').post<Registered>('/cases', registration())).body;
  const consumersAt = async (at: RemitProcess) =>
    (await at.as('operator_otto').get<{ data: { consumer: string; status: string; dead: number }[] }>('/operations/consumers')).body.data; // prettier-ignore

  it('share the consumers out between them: each is delivered to by one', async () => {
    const names = (await consumersAt(replicas.one)).map(({ consumer }) => consumer);
    expect(names.length).toBeGreaterThan(5);
    await eventually(
      async () => [...(await heldBy(replicas.one)), ...(await heldBy(replicas.other))].sort(),
      (held) => held.join() === [...names].sort().join(),
    );
  });

  it('accept each other’s tokens and answer a question alike', async () => {
    const { caseId, publishedEventId } = await register(replicas.one);
    await investigated(replicas.one, caseId);
    const paths = ['', `/dossier?waitForEventId=${publishedEventId}`].map((rest) => `/cases/${caseId}${rest}`);
    for (const path of [...paths, `/parties/${partyId}`, `/cases?partyId=${partyId}`]) {
      const answers = ways().map(async ([issuer, asked]) => {
        const authorization = `Bearer ${await tokenFrom(api(issuer), 'investigator_ivo')}`;
        const response = await fetch(`${api(asked)}${path}`, { headers: { authorization } });
        // Freshness is of the moment.
        const { projection: _, ...said } = (await response.json()) as Record<string, unknown>;
        return { status: response.status, etag: response.headers.get('etag'), said };
      });
      const [first, second] = await Promise.all(answers);
      expect(first?.status).toBe(200);
      expect(second).toEqual(first);
    }
  });

  it('repeat each other’s first answers byte for byte, also when both are asked at once', async () => {
    for (const key of ['one after the other', 'at once'].map((each) => each.replaceAll(' ', '-'))) {
      const send = (at: RemitProcess) =>
        at.as('intake_ines').post('/cases', registration(), { 'idempotency-key': key });
      const replies = key === 'at-once' ? await Promise.all(ways().map(([at]) => send(at))) : [];
      if (replies.length === 0) for (const [at] of ways()) replies.push(await send(at));
      expect(replies.map(({ status }) => status)).toEqual([201, 201]);
      expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
      expect(new Set(replies.map(({ headers }) => `${headers.get('etag')} ${headers.get('location')}`)).size).toBe(1);
    }
  });

  it('each show in their read models what was committed at the other, to those who wait for it', async () => {
    for (const [writer, reader] of ways()) {
      const { caseId, publishedEventId } = await register(writer);
      const wait = `waitForEventId=${publishedEventId}&timeoutMs=10000`;
      for (const path of [`/cases/${caseId}/dossier?${wait}`, `/parties/${partyId}/case-history?${wait}`]) {
        const { status, body } = await reader.as('investigator_ivo').get<ReadModel>(path);
        expect([status, body.waitedFor]).toEqual([200, undefined]);
        expect(JSON.stringify(body.data)).toContain(caseId);
      }
      const trail = await reader.as('auditor_aude').get<{ data: object[] }>(`/cases/${caseId}/audit-trail?${wait}`);
      expect(trail.body.data[0]).toMatchObject({ action: 'REGISTER_CASE', publishedEventIds: [publishedEventId] });
    }
  });

  it('each tell their streams of what was committed at the other', async () => {
    for (const [writer, reader] of ways()) {
      const { caseId } = await register(writer);
      await investigated(writer, caseId);
      const { body } = await eventually(
        () => reader.as('investigator_ivo').get<Dossier>(`/cases/${caseId}/dossier`),
        ({ body: { data } }) => data?.status === 'UNDER_INVESTIGATION' && data.investigations.length === 1,
      );
      const stream = await listenToCase(api(reader), caseId);
      expect((await stream.next())?.id).toBe(body.projection.lastEventId);
      const amended = await writer
        .as('intake_ines')
        .send<Registered>('PATCH', `/cases/${caseId}`, { title: 'Noise' }, { 'if-match': '"1"' });
      expect((await stream.next())?.id).toBe(amended.body.publishedEventId);
      stream.leave();
    }
  });

  it('obey a pause that either was told of, and both say so', async () => {
    const [reason, name] = [{ reason: 'maintenance' }, 'reporting.case-dossier'];
    for (const [first, second] of ways()) {
      expect((await first.as('operator_otto').post(`/operations/consumers/${name}/pause`, reason)).status).toBe(200);
      const { caseId, publishedEventId } = await register(second);
      for (const each of [first, second]) {
        const early = await each.as('investigator_ivo').get(`/cases/${caseId}/dossier?waitForEventId=${publishedEventId}&timeoutMs=50`); // prettier-ignore
        expect(early.status).toBe(404);
        expect(await consumersAt(each)).toContainEqual(expect.objectContaining({ consumer: name, status: 'PAUSED' }));
      }
      await second.as('operator_otto').post(`/operations/consumers/${name}/resume`, reason);
      const late = await first
        .as('investigator_ivo')
        .get(`/cases/${caseId}/dossier?waitForEventId=${publishedEventId}`);
      expect(late.status).toBe(200);
    }
  });

  it('show the same dead letters, and either may resolve one', async () => {
    const { publishedEventId } = await register(replicas.one);
    const dead = `UPDATE reporting.inbox_event SET status = 'DEAD'
      WHERE event_id = $1 AND consumer_name = 'reporting.officer-worklist' AND status = 'PROCESSED' RETURNING 1`;
    await eventually(
      () => asServerAdministrator((admin) => admin.query(dead, [publishedEventId]), replicas.database.url),
      ({ rowCount }) => rowCount === 1,
    );
    const letters = async (at: RemitProcess) =>
      (await at.as('operator_otto').get<{ data: { deadLetterId: string }[] }>('/operations/dead-letters')).body.data;
    const [[seen], seenByOther] = [await letters(replicas.one), await letters(replicas.other)];
    expect(seenByOther).toEqual([seen]);
    const discarded = await replicas.other
      .as('operator_otto')
      .post(`/operations/dead-letters/${seen?.deadLetterId ?? ''}/discard`, { reason: 'nothing in it' });
    expect(discarded.status).toBe(200);
    for (const [at] of ways()) {
      expect(await letters(at)).toEqual([]);
      expect((await consumersAt(at)).map((each) => each.dead)).toEqual((await consumersAt(at)).map(() => 0));
    }
  });

  it('go by the same clock, whichever of them it was moved at', async () => {
    const HOUR_SECONDS = 3_600;
    for (const [moved, follower] of ways()) {
      const { body } = await moved
        .as('admin_ari')
        .post<{ now: string }>('/dev/clock', { advanceSeconds: HOUR_SECONDS });
      await eventually(
        async () => {
          const { caseId } = await register(follower);
          return (await follower.as('intake_ines').get<{ registeredAt: string }>(`/cases/${caseId}`)).body.registeredAt;
        },
        (registeredAt) => registeredAt >= body.now,
      );
    }
  });
});
