import { once, type EventEmitter } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { startApplication, type TestApplication } from '../support/application.js';
import { tokenFrom } from '../support/case-stream.js';
import { asServerAdministrator } from '../support/database.js';
import { eventually } from '../support/eventually.js';

const PARTY = { kind: 'ORGANISATION', legalName: 'Weir Paper Ltd' };

describe('a request', () => {
  let remit: TestApplication;
  let token: string;
  beforeAll(async () => {
    remit = await startApplication({ configuration: { requestTimeoutMs: 1_000, bodyLimitBytes: 4_096 } });
    token = await tokenFrom(`${remit.baseUrl}/api/v1`, 'intake_ines');
  });
  afterAll(() => remit.stop());

  const sql = async (text: string): Promise<number> =>
    asServerAdministrator(
      async (admin) => Number((await admin.query<{ n: string }>(text)).rows[0]?.n),
      remit.database.url,
    );
  const head = (length: number | 'chunked', key = 'none'): string =>
    [
      'POST /api/v1/parties HTTP/1.1',
      'Host: remit',
      `Authorization: Bearer ${token}`,
      'Content-Type: application/json',
      `Idempotency-Key: ${key}`,
      length === 'chunked' ? 'Transfer-Encoding: chunked' : `Content-Length: ${length}`,
      '\r\n',
    ].join('\r\n');

  /** Sends the beginning of a request, then something more again and again, until the server ends the connection. */
  async function dribble(beginning: string, more: string): Promise<string> {
    const socket = await connected();
    let answer = '';
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    socket.write(beginning);
    const dribbling = setInterval(() => socket.write(more), 50);
    await once(socket, 'close');
    clearInterval(dribbling);
    return answer;
  }

  async function connected(): Promise<Socket> {
    const socket = connect(Number(new URL(remit.baseUrl).port), '127.0.0.1');
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    return socket;
  }

  /** Holds up every command on parties until it is let go. */
  async function holdUp(): Promise<{ reached: () => Promise<unknown>; release: () => Promise<void> }> {
    const blocker = new pg.Client({ connectionString: remit.database.url });
    blocker.on('error', () => undefined);
    await blocker.connect();
    await blocker.query('BEGIN; LOCK TABLE party.party IN EXCLUSIVE MODE');
    const waiting = `SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    return {
      reached: () =>
        eventually(
          () => sql(waiting),
          (count) => count > 0,
        ),
      release: () => blocker.end(),
    };
  }

  it.each([
    ['headers', () => head(20).slice(0, -2), 'X-More: 1\r\n'],
    ['a body', () => `${head(4_000)}{"legalName": "`, 'x'],
    ['a chunked body', () => `${head('chunked')}2\r\n{"\r\n`, '1\r\nx\r\n'],
  ])('whose sender dribbles %s is cut off with a problem', async (_, beginning, more) => {
    const answer = await dribble(beginning(), more);
    expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(answer).toMatch(/content-type: application\/problem\+json/i);
    const problem = JSON.parse(answer.split('\r\n\r\n')[1] ?? '') as object;
    expect(problem).toMatchObject({ status: 408, errorCode: 'REQUEST_TIMEOUT', correlationId: expect.stringMatching(/^corr_/) as unknown }); // prettier-ignore
  });

  it.each([
    ['that says so', () => head(5_000), 'x'],
    ['that grows as it comes', () => head('chunked'), `400\r\n${'x'.repeat(1_024)}\r\n`],
  ])('with a body above the limit is refused, %s', async (_, beginning, more) => {
    const answer = await dribble(beginning(), more);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain('PAYLOAD_TOO_LARGE');
  });

  it.each([
    ['headers above the limit', `GET /healthz HTTP/1.1\r\nX-Long: ${'x'.repeat(20_000)}`, 431, 'HEADERS_TOO_LARGE'],
    ['what is not HTTP', 'EHLO remit\r\n\r\n', 400, 'BAD_REQUEST'],
  ])('of %s is answered with a problem', async (_, beginning, status, code) => {
    const answer = await dribble(beginning, 'x');
    expect(answer).toContain(`HTTP/1.1 ${status} `);
    expect(answer).toContain(`"errorCode":"${code}"`);
  });

  it('that takes too long is answered in time, and its command is done as a whole, once, whoever repeats it', async () => {
    const hold = await holdUp();
    const ines = remit.as('intake_ines');
    const send = () => ines.post<{ errorCode: string }>('/parties', PARTY, { 'idempotency-key': 'too-long' });
    const first = await send();
    expect([first.status, first.body.errorCode, first.headers.get('retry-after')]).toEqual([503, 'UNAVAILABLE', '2']);
    await hold.release();
    const again = await send();
    expect(again.status).toBe(201);
    expect((await send()).text).toBe(again.text);
    expect(await sql(`SELECT count(*) AS n FROM party.party`)).toBe(1);
    expect(await sql(`SELECT count(*) AS n FROM bus.outbox_event WHERE event_type = 'PartyRegistered'`)).toBe(1);
  });

  it('whose client goes away is done as a whole, and leaves no transaction open', async () => {
    const before = await sql('SELECT count(*) AS n FROM party.party');
    const hold = await holdUp();
    const body = JSON.stringify(PARTY);
    const socket = await connected();
    socket.write(head(body.length, 'gone') + body);
    await hold.reached();
    socket.destroy();
    await hold.release();
    const repeated = await remit.as('intake_ines').post('/parties', PARTY, { 'idempotency-key': 'gone' });
    expect(repeated.status).toBe(201);
    expect(await sql('SELECT count(*) AS n FROM party.party')).toBe(before + 1);
    const open = `SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database()
      AND (state LIKE 'idle in transaction%' OR wait_event_type = 'Lock')`;
    await eventually(
      () => sql(open),
      (count) => count === 0,
    );
  });

  it('whose client does not read the answer is cut off, and holds no connection to the database', async () => {
    const accepted = once(remit.app.getHttpServer() as EventEmitter, 'connection') as Promise<[Socket]>;
    const socket = await connected();
    socket.pause();
    // More than the kernel's buffers take.
    const ask = 'GET /api/v1/openapi.json HTTP/1.1\r\nHost: remit\r\n\r\n';
    socket.write(ask.repeat(120));
    const [served] = await accepted;
    await eventually(
      () => served.writableLength,
      (unread) => unread > 0,
    );
    const busy = `SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle'
      AND application_name LIKE 'remit %' AND query NOT LIKE '%outbox_event%'`;
    await eventually(
      () => sql(busy),
      (count) => count === 0,
    );
    if (!served.destroyed) await once(served, 'close');
    socket.destroy();
  });
});
