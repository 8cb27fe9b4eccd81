import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Kernel } from '../../src/platform/kernel/kernel.js';
import { newId } from '../../src/platform/base/ids.js';
import { startApplication, type TestApplication } from '../support/application.js';
import { asServerAdministrator } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { makeToken } from '../support/tokens.js';

describe('a stop', () => {
  let remit: TestApplication;
  let caseId: string;
  beforeEach(async () => {
    remit = await startApplication();
    const ines = remit.as('intake_ines');
    const party = await ines.post<{ partyId: string }>('/parties', { kind: 'ORGANISATION', legalName: 'Weir Ltd' });
    const parties = [{ partyId: party.body.partyId, role: 'SUBJECT' }];
    const made = await ines.post<{ caseId: string; publishedEventId: string }>('/cases', {
      caseTypeCode: 'WAT',
      parties,
    });
    caseId = made.body.caseId;
    await ines.get(`/cases/${caseId}/dossier?waitForEventId=${made.body.publishedEventId}`);
  });
  afterEach(async () => {
    await remit.stop();
  });

  const unprepared = (): Promise<number> => fetch(`${remit.baseUrl}/readyz`).then(({ status }) => status);

  it('first says that it is not ready, and still does what it is asked', async () => {
    expect(await unprepared()).toBe(200);
    remit.app.get(Kernel).drain();
    expect(await unprepared()).toBe(503);
    expect((await fetch(`${remit.baseUrl}/healthz`)).status).toBe(200);
    const ines = remit.as('intake_ines');
    expect((await ines.post('/parties', { kind: 'PERSON', legalName: 'Ewa Lindqvist' })).status).toBe(201);
  });

  it('lets a command under way end, and its client have the answer', async () => {
    const ines = remit.as('intake_ines');
    await ines.get('/parties');
    await asServerAdministrator(async (admin) => {
      await admin.query('BEGIN; LOCK TABLE party.party IN ACCESS EXCLUSIVE MODE');
      const waiting = "SELECT FROM pg_locks WHERE NOT granted AND relation = 'party.party'::regclass";
      const command = ines.post('/parties', { kind: 'PERSON', legalName: 'Ewa Lindqvist' });
      await eventually(async () => (await admin.query(waiting)).rowCount, (count) => count === 1); // prettier-ignore
      const stopped = remit.app.close();
      await eventually(() => remit.app.getHttpServer().listening, (listening) => !listening); // prettier-ignore
      await admin.query('COMMIT');
      const { status, headers } = await command;
      expect([status, headers.get('connection')]).toEqual([201, 'close']);
      await stopped;
    }, remit.database.url);
  });

  it('answers whoever waits for an event with what there is', async () => {
    const ines = remit.as('intake_ines');
    await ines.get('/parties');
    const arrived = once(remit.app.getHttpServer(), 'request');
    const never = newId('evt');
    const held = ines.get(`/cases/${caseId}/dossier?waitForEventId=${never}&timeoutMs=10000`);
    await arrived;
    const begun = performance.now();
    await remit.app.close();
    const { status, body } = await held;
    expect([status, body.waitedFor]).toEqual([200, 'TIMED_OUT']);
    // Its own time would have been over only now.
    expect(performance.now() - begun).toBeLessThan(9_000);
  });

  it('does not wait for a connection on which nothing was asked', async () => {
    const { hostname, port } = new URL(remit.baseUrl);
    const silent = connect(Number(port), hostname);
    await once(silent, 'connect');
    const ended = once(silent, 'close');
    await remit.app.close();
    await ended;
  }, 20_000);

  it('ends streams and connections that are kept alive, and says when to come back', async () => {
    const token = `Bearer ${await makeToken()}`;
    const agent = new Agent({ keepAlive: true });
    await new Promise<void>((resolve) => {
      request(`${remit.baseUrl}/healthz`, { agent }, (response) => response.resume().on('end', resolve)).end();
    });
    const stream = await fetch(`${remit.baseUrl}/api/v1/cases/${caseId}/events`, { headers: { authorization: token } });
    const text = stream.text();
    await remit.app.close();
    expect(await text).toMatch(/^event: projection[\s\S]+\nretry: \d+\n\n$/);
    agent.destroy();
  });
});
