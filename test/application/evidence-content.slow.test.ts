import { chmod, readdir, stat, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { StoredContents } from '../../src/modules/evidence/content/stored-contents.js';
import { VerifyContents } from '../../src/modules/evidence/content/verify-contents.js';
import { startApplication, type TestApplication } from '../support/application.js';
import { asServerAdministrator } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { digestHeader, EvidenceCase, sha256, type Problem } from '../journeys/evidence-case.js';

const CONTENT = '0123456789abcdefghij';
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex');
const LIMIT = 200_000;

describe('the content of evidence', () => {
  let remit: TestApplication;
  let there: EvidenceCase;
  beforeAll(async () => {
    remit = await startApplication({ configuration: { evidenceLimitBytes: LIMIT } });
    there = await EvidenceCase.of(remit);
  });
  afterAll(() => remit.stop());
  const sql = async (text: string, values: unknown[]): Promise<Record<string, unknown>[]> =>
    asServerAdministrator(
      async (admin) => (await admin.query<Record<string, unknown>>(text, values)).rows,
      remit.database.url,
    );
  const as = (actorId: string) => remit.as(actorId);
  const placeOf = (content: string | Buffer): string => {
    const digest = sha256(content);
    return join(remit.evidenceDir, 'sha256', digest.slice(0, 2), digest.slice(2, 4), digest);
  };
  const incoming = (): Promise<string[]> => readdir(join(remit.evidenceDir, 'incoming'));
  const versions = async (evidenceId: string): Promise<number> =>
    Number((await as('custodian_cleo').get(`/evidence/${evidenceId}`)).body.evidenceVersion);

  it('is stored as it came, though it is JSON, and may not be changed where it lies', async () => {
    const json = '{"cut short":';
    const evidenceId = await there.item();
    const headers = { 'content-type': 'application/json', 'content-digest': digestHeader(json) };
    const stored = await there.put(evidenceId, json, '"1"', headers);
    expect(stored.body).toMatchObject({ evidenceVersion: 1, checksumSha256: sha256(json), size: json.length });
    expect((await stat(placeOf(json))).mode & 0o777).toBe(0o400);
    expect((await stat(join(remit.evidenceDir, 'sha256'))).mode & 0o777).toBe(0o700);
    expect((await as('legal_lena').get(`/evidence/${evidenceId}/content`)).text).toBe(json);
  });

  it.each<[string, string | Buffer, Record<string, string>, number, string]>([
    [
      'is not what its digest says',
      CONTENT,
      { 'content-digest': digestHeader('other') },
      400,
      'CONTENT_DIGEST_MISMATCH',
    ],
    ['has a digest that nobody checks', CONTENT, { 'content-digest': 'md5=:AAAA:' }, 400, 'VALIDATION_FAILED'],
    ['is empty', '', {}, 400, 'VALIDATION_FAILED'],
    ['is another format than registered', PNG, {}, 409, 'MEDIA_TYPE_MISMATCH'],
    ['is over the limit', Buffer.alloc(LIMIT + 1, 'x'), {}, 413, 'PAYLOAD_TOO_LARGE'],
  ])('is refused when it %s, and nothing is kept', async (_, content, headers, status, code) => {
    const evidenceId = await there.item();
    const reply = await there.put(evidenceId, content, '"1"', headers);
    expect([reply.status, reply.body.errorCode]).toEqual([status, code]);
    expect(await versions(evidenceId)).toBe(0);
    expect(await incoming()).toEqual([]);
    expect((await there.custody(evidenceId)).data).toHaveLength(1);
  });

  it.each([
    ['"7"', 412, 'VERSION_MISMATCH'],
    ['*', 428, 'PRECONDITION_REQUIRED'],
  ])('is refused with If-Match %s before it is transferred', async (ifMatch, status, code) => {
    const evidenceId = await there.item();
    // Announced, and never sent: an answer shows that nobody waited for it.
    const reply = await announce(evidenceId, { 'if-match': ifMatch, 'content-length': '100000' });
    expect(reply).toEqual({ status, code, connection: 'keep-alive' });
  });

  it('closes the connection of a refused upload whose rest nobody wants', async () => {
    const evidenceId = await there.item();
    const reply = await announce(evidenceId, { 'if-match': '"7"', 'content-length': '9000000' });
    expect(reply).toEqual({ status: 412, code: 'VERSION_MISMATCH', connection: 'close' });
  });

  it('cannot be added by those who neither are cleared nor registered it, nor in another role', async () => {
    const evidenceId = await there.item({ classification: 'RESTRICTED' });
    const own = await there.put(evidenceId, CONTENT, '"1"');
    expect([own.status, own.body.evidenceVersion]).toEqual([200, 1]);
    const { body } = await as('custodian_cleo').post('/evidence', there.registration({ classification: 'RESTRICTED' }));
    const foreign = await there.put(String(body.evidenceId), CONTENT, '"1"');
    expect([foreign.status, foreign.body.errorCode]).toEqual([403, 'EVIDENCE_ACCESS_REFUSED']);
    expect((await there.put(evidenceId, CONTENT, '"2"', {}, 'legal_lena')).body.errorCode).toBe('FORBIDDEN');
  });

  it('is stored once for a repeated key with the same content, and refused with another', async () => {
    const evidenceId = await there.item();
    const headers = { 'idempotency-key': `key-of-${evidenceId}` };
    const first = await there.put(evidenceId, CONTENT, '"1"', headers);
    const repeat = await there.put(evidenceId, CONTENT, '"1"', headers);
    expect([repeat.status, repeat.text, repeat.headers.get('etag')]).toEqual([200, first.text, '"2"']);
    const reused = await there.put(evidenceId, `${CONTENT}!`, '"2"', headers);
    expect([reused.status, reused.body.errorCode]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
    expect(await versions(evidenceId)).toBe(1);
    expect(await incoming()).toEqual([]);
  });

  it('of two uploads at once becomes one version, and the other is told', async () => {
    const evidenceId = await there.item();
    const replies = await Promise.all(['one', 'two'].map((content) => there.put(evidenceId, content, '"1"')));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 412]);
    expect(await versions(evidenceId)).toBe(1);
  });

  it('stays what it was when another version is added', async () => {
    const evidenceId = await there.item({}, CONTENT);
    await there.put(evidenceId, 'second', '"2"');
    const lena = as('legal_lena');
    expect((await lena.get(`/evidence/${evidenceId}/content?version=1`)).text).toBe(CONTENT);
    expect((await lena.get(`/evidence/${evidenceId}/content`)).text).toBe('second');
    expect((await lena.get(`/evidence/${evidenceId}/content?version=3`)).status).toBe(404);
    const asked = await there.custody(evidenceId);
    expect(asked.data.slice(-2).map(({ details }) => details.evidenceVersion)).toEqual([1, 2]);
  });

  it.each([
    ['bytes=0-4', 206, '01234', 'bytes 0-4/20'],
    ['bytes=15-', 206, 'fghij', 'bytes 15-19/20'],
    ['bytes=-3', 206, 'hij', 'bytes 17-19/20'],
    ['bytes=10-99', 206, 'abcdefghij', 'bytes 10-19/20'],
    ['bytes=20-', 416, null, 'bytes */20'],
    ['bytes=-0', 416, null, 'bytes */20'],
    ['bytes=5-2', 200, CONTENT, null],
    ['bytes=0-1,4-5', 200, CONTENT, null],
    ['lines=1-2', 200, CONTENT, null],
  ])('answers Range: %s with %i', async (range, status, text, contentRange) => {
    const evidenceId = await there.item({}, CONTENT);
    const reply = await as('legal_lena').get(`/evidence/${evidenceId}/content`, { range });
    expect([reply.status, reply.headers.get('content-range')]).toEqual([status, contentRange]);
    if (text !== null) expect(reply.text).toBe(text);
    expect((await there.custody(evidenceId)).data).toHaveLength(status === 416 ? 2 : 3);
  });

  it('answers the whole to a range of what was there before, and headers alone without a word in the chain', async () => {
    const evidenceId = await there.item({}, CONTENT);
    const lena = as('legal_lena');
    const head = await lena.send('HEAD', `/evidence/${evidenceId}/content`);
    expect([head.status, head.text, head.headers.get('content-length')]).toEqual([200, '', '20']);
    expect((await there.custody(evidenceId)).data).toHaveLength(2);
    const etag = head.headers.get('etag') ?? '';
    expect(head.headers.get('repr-digest')).toBe(digestHeader(CONTENT));
    const ranges = { range: 'bytes=0-0', 'if-range': etag };
    expect((await lena.get(`/evidence/${evidenceId}/content`, ranges)).status).toBe(206);
    expect((await lena.get(`/evidence/${evidenceId}/content`, { ...ranges, 'if-range': '"old"' })).status).toBe(200);
  });

  it('that was damaged on disk is refused, also a part of it, and is served again once it is whole', async () => {
    const content = 'the only copy';
    const evidenceId = await there.item({}, content);
    const overwrite = async (text: string): Promise<void> => {
      await chmod(placeOf(content), 0o600);
      await writeFile(placeOf(content), text);
    };
    await overwrite('the only c0py');
    for (const range of ['bytes=0-2', 'bytes=0-']) {
      const reply = await as('legal_lena').get<Problem>(`/evidence/${evidenceId}/content`, { range });
      expect([reply.status, reply.body.errorCode]).toEqual([500, 'EVIDENCE_CONTENT_DAMAGED']);
    }
    const metrics = await (await fetch(`${remit.baseUrl}/metrics`)).text();
    expect(metrics).toContain('remit_evidence_damaged_contents 1\n');
    await overwrite(content);
    expect((await as('legal_lena').get(`/evidence/${evidenceId}/content`)).text).toBe(content);
    const { data, verification } = await there.custody(evidenceId);
    expect(data.slice(2).map(({ type, details }) => [type, details.intact ?? details.reasonCode])).toEqual([
      ['VERIFIED', false],
      ['ACCESS_REFUSED', 'EVIDENCE_CONTENT_DAMAGED'],
      ['ACCESS_REFUSED', 'EVIDENCE_CONTENT_DAMAGED'],
      ['VERIFIED', true],
      ['ACCESSED', undefined],
    ]);
    expect(verification.intact).toBe(true);
  });

  it('is gone with nothing left when its sender goes', async () => {
    const evidenceId = await there.item();
    const token = await there.token('investigator_ivo');
    const upload = request(`${remit.baseUrl}/api/v1/evidence/${evidenceId}/content`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}`, 'if-match': '"1"', 'content-length': '100000' },
    });
    upload.on('error', () => undefined);
    upload.write('x'.repeat(50_000));
    await eventually(incoming, (names) => names.length === 1);
    upload.destroy();
    await eventually(incoming, (names) => names.length === 0);
    expect(await versions(evidenceId)).toBe(0);
  });

  it('may take longer than other requests, as long as it does not stand still', async () => {
    const requestTimeoutMs = 1_000;
    const another = await startApplication({ configuration: { requestTimeoutMs } });
    const hasty = await EvidenceCase.of(another);
    try {
      const evidenceId = await hasty.item();
      const headers = { authorization: `Bearer ${await hasty.token('investigator_ivo')}`, 'if-match': '"1"' };
      const begin = () => request(`${hasty.remit.baseUrl}/api/v1/evidence/${evidenceId}/content`, { method: 'PUT', headers }); // prettier-ignore
      const still = begin();
      const cut = once(still, 'error');
      still.write('x');
      const slow = begin();
      const replied = once(slow, 'response') as Promise<[IncomingMessage]>;
      const end = Date.now() + 2 * requestTimeoutMs;
      while (Date.now() < end) {
        slow.write('x');
        await pause(requestTimeoutMs / 10);
      }
      await cut;
      slow.end();
      const [reply] = await replied;
      reply.resume();
      expect(reply.statusCode).toBe(200);
    } finally {
      await another.stop();
    }
  });

  it('that no version names is swept when it is old, and what is named never', async () => {
    const evidenceId = await there.item({}, 'named');
    const contents = remit.app.get(StoredContents, { strict: false });
    const unnamed = 'claimed by an upload that was killed before its commit';
    await contents.claim(sha256(unnamed), unnamed.length);
    await writeFile(join(remit.evidenceDir, 'incoming', 'left-behind'), 'x');
    await contents.sweep(false);
    const rows = () => sql('SELECT FROM evidence.stored_content WHERE checksum_sha256 = $1', [sha256(unnamed)]);
    expect([(await rows()).length, await incoming()]).toEqual([1, ['left-behind']]);
    await contents.sweep(true);
    expect([(await rows()).length, await incoming()]).toEqual([0, []]);
    expect((await as('legal_lena').get(`/evidence/${evidenceId}/content`)).text).toBe('named');
  });

  // The last one: it moves the clock.
  it('is read again every thirty days, and damage is found and recorded', async () => {
    const evidenceId = await there.item({}, 'to be flipped');
    const verify = remit.app.get(VerifyContents, { strict: false });
    expect(await verify.checkDue(undefined, Infinity)).toBe(0);
    await chmod(placeOf('to be flipped'), 0o600);
    await writeFile(placeOf('to be flipped'), 'to be fl1pped');
    await as('admin_ari').post('/dev/clock', { advanceSeconds: 31 * 86_400 });
    expect(await verify.checkDue(undefined, Infinity)).toBeGreaterThan(3);
    expect(await verify.checkDue(undefined, Infinity)).toBe(0);
    expect((await there.custody(evidenceId)).data.at(-1)).toMatchObject({
      type: 'VERIFIED',
      actorId: 'system:evidence.verification',
      details: { intact: false, evidenceVersion: 1 },
    });
    await eventually(
      () =>
        sql(
          `SELECT FROM audit.audit_record WHERE action = 'VERIFY_EVIDENCE'
        AND record ->> 'afterState' = 'DAMAGED' AND record #>> '{subject,evidenceId}' = $1`,
          [evidenceId],
        ),
      (records) => records.length === 1,
    );
  });

  async function announce(evidenceId: string, headers: Record<string, string>): Promise<object> {
    const token = await there.token('investigator_ivo');
    return new Promise((resolve, reject) => {
      const upload = request(`${remit.baseUrl}/api/v1/evidence/${evidenceId}/content`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${token}`, ...headers },
      });
      upload.on('error', reject);
      upload.on('response', (reply) => {
        let text = '';
        reply.on('data', (piece: Buffer) => (text += piece.toString()));
        reply.on('end', () => {
          const { errorCode: code } = JSON.parse(text) as Problem;
          resolve({ status: reply.statusCode, code, connection: reply.headers.connection });
          upload.destroy();
        });
      });
      upload.write('x');
    });
  }
});
