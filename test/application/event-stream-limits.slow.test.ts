import { get, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EventStreams } from '../../src/platform/http/event-streams.js';
import { startApplication, type TestApplication } from '../support/application.js';
import { tokenFrom } from '../support/case-stream.js';
import { eventually } from '../support/eventually.js';

const MOST = 60;
const MOST_OF_ONE = 3;
const ACTORS = ['intake_ines', 'investigator_ivo', 'custodian_cleo', 'legal_lena', 'authority_ada', 'authority_abe', 'notice_nils', 'enforcement_enzo', 'appeals_aino', 'supervisor_sol', 'auditor_aude']; // prettier-ignore

describe('streams of events', () => {
  let remit: TestApplication;
  let caseId: string;
  const opened: IncomingMessage[] = [];
  beforeAll(async () => {
    remit = await startApplication({ configuration: { eventStreams: MOST } });
    const ines = remit.as('intake_ines');
    const party = { kind: 'ORGANISATION', legalName: 'Weir Paper Ltd' };
    const { partyId } = (await ines.post<{ partyId: string }>('/parties', party)).body;
    const registration = { caseTypeCode: 'WAT', parties: [{ partyId, role: 'SUBJECT' }] };
    const { body } = await ines.post<{ caseId: string; publishedEventId: string }>('/cases', registration);
    caseId = body.caseId;
    await ines.get(`/cases/${caseId}/dossier?waitForEventId=${body.publishedEventId}`);
  });
  afterAll(async () => {
    for (const each of opened) each.destroy();
    await remit.stop();
  });

  async function open(actorId: string, id = caseId): Promise<IncomingMessage> {
    const authorization = `Bearer ${await tokenFrom(`${remit.baseUrl}/api/v1`, actorId)}`;
    const stream = await new Promise<IncomingMessage>((resolve, reject) => {
      const url = `${remit.baseUrl}/api/v1/cases/${id}/events`;
      get(url, { headers: { authorization }, agent: false }, resolve).on('error', reject);
    });
    opened.push(stream);
    return stream;
  }
  const close = (streams: readonly IncomingMessage[]): void => {
    for (const each of streams) each.destroy();
  };
  const metric = async (pattern: RegExp): Promise<string | undefined> =>
    pattern.exec(await (await fetch(`${remit.baseUrl}/metrics`)).text())?.[1];
  const openNow = async (): Promise<number> => Number(await metric(/^remit_event_streams (\d+)$/m));
  const allGone = (): Promise<number> => eventually(openNow, (count) => count === 0);

  async function refusal(stream: IncomingMessage): Promise<unknown> {
    const chunks = (await stream.toArray()) as Buffer[];
    const { errorCode } = JSON.parse(Buffer.concat(chunks).toString()) as { errorCode: string };
    return [stream.statusCode, errorCode, stream.headers['retry-after']];
  }

  it('are a few for each actor, who gets another place by leaving one', async () => {
    const own = await Promise.all(Array.from({ length: MOST_OF_ONE }, () => open('investigator_ivo')));
    expect(own.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
    expect(await refusal(await open('investigator_ivo'))).toEqual([429, 'TOO_MANY_STREAMS', '5']);
    expect((await open('legal_lena')).statusCode).toBe(200);
    close(own.slice(0, 1));
    await eventually(
      () => open('investigator_ivo'),
      ({ statusCode }) => statusCode === 200,
    );
    close(opened);
    await allGone();
  });

  it('leave no place taken when there was nothing to see', async () => {
    for (let tries = 0; tries < 2 * MOST_OF_ONE; tries += 1)
      expect((await open('investigator_ivo', 'case_01JZZZZZZZZZZZZZZZZZZZZZZZ')).statusCode).toBe(404);
    expect(await openNow()).toBe(0);
  });

  it('are so many in a process as it was told to hold, whoever asks', async () => {
    const places = remit.app.get(EventStreams);
    const leave = Array.from({ length: MOST - ACTORS.length }, (_, n) => places.admit(`somebody ${n}`));
    const streams = await Promise.all(ACTORS.map((actorId) => open(actorId)));
    expect(new Set(streams.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
    expect(await refusal(await open('legal_lena'))).toEqual([503, 'STREAM_UNAVAILABLE', '5']);
    for (const each of leave) each();
    close(streams);
    await allGone();
  });

  it('do not count as slow answers', async () => {
    const stream = await open('investigator_ivo');
    expect(stream.statusCode).toBe(200);
    close([stream]);
    await allGone();
    expect(await metric(/^(remit_http_request_seconds_count\{method="GET",route="[^"]*dossier".*)$/m)).toBeDefined();
    expect(await metric(/^(remit_http_request_seconds_count\{method="GET",route="[^"]*events",status="200".*)$/m)).toBeUndefined(); // prettier-ignore
    expect(await metric(/^(remit_http_request_seconds_count\{method="GET",route="[^"]*events",status="404".*)$/m)).toBeDefined(); // prettier-ignore
  });
});
