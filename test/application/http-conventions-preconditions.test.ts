import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Conventions } from './http-conventions.js';
import type { Officer } from '../support/officer.js';

describe('a command', () => {
  let api: Conventions;
  let ines: Officer;
  let path: string;
  beforeAll(async () => {
    api = await Conventions.start();
    ines = api.remit.as('intake_ines');
  });
  beforeEach(async () => {
    const party = { kind: 'ORGANISATION', legalName: 'Brook Tannery Ltd' };
    path = `/parties/${(await ines.post<{ partyId: string }>('/parties', party)).body.partyId}`;
  });
  afterAll(() => api.remit.stop());

  const rename = (headers: Record<string, string>, legalName = 'Brook & Sons') =>
    ines.send('PATCH', `${path}/profile`, { legalName }, headers);

  it('is carried out with the version that was read', async () => {
    const { headers } = await ines.get(path);
    expect(headers.get('etag')).toBe('"1"');
    const { status, headers: after, body } = await rename({ 'if-match': headers.get('etag') ?? '' });
    expect([status, after.get('etag'), body.version]).toEqual([200, '"2"', 2]);
  });

  it.each([
    ['without If-Match', {}, 428, 'PRECONDITION_REQUIRED'],
    ['with If-Match: *, which would take any version', { 'if-match': '*' }, 428, 'PRECONDITION_REQUIRED'],
    ['with an If-Match that is no ETag', { 'if-match': 'latest' }, 400, 'VALIDATION_FAILED'],
    ['with several ETags', { 'if-match': '"1", "2"' }, 400, 'VALIDATION_FAILED'],
    ['with an empty If-Match', { 'if-match': '' }, 400, 'VALIDATION_FAILED'],
    ['with a version that was never there', { 'if-match': '"9"' }, 412, 'VERSION_MISMATCH'],
  ])('is refused %s', async (_, headers, status, code) => {
    await api.refused(status, code, () => rename(headers));
  });

  it('is refused with a stale version, and told the present one', async () => {
    await rename({ 'if-match': '"1"' });
    const { body } = await api.refused(412, 'VERSION_MISMATCH', () => rename({ 'if-match': '"1"' }, 'Too late'));
    expect(body.currentVersion).toBe(2);
  });

  it('is answered with the first answer, byte for byte, when it is repeated with its key', async () => {
    const headers = { 'if-match': '"1"', 'idempotency-key': 'rename-1' };
    const first = await rename(headers);
    const before = await api.content();
    const again = await rename(headers);
    expect([again.status, again.text, again.headers.get('etag')]).toEqual([200, first.text, first.headers.get('etag')]);
    expect(await api.content()).toEqual(before);
  });

  it('is refused when its key stood for another body, or another path', async () => {
    const headers = { 'if-match': '"1"', 'idempotency-key': 'rename-2' };
    expect((await rename(headers)).status).toBe(200);
    await api.refused(422, 'IDEMPOTENCY_KEY_REUSED', () => rename(headers, 'Another name'));
    await api.refused(422, 'IDEMPOTENCY_KEY_REUSED', () =>
      ines.post('/parties', { kind: 'PERSON', legalName: 'Ewa Lindqvist' }, { 'idempotency-key': 'rename-2' }),
    );
  });

  it.each(['two words', 'x'.repeat(256), 'schl\u00fcssel', ''])(
    'is refused with the malformed key "%s"',
    async (key) => {
      const { body } = await api.refused(400, 'VALIDATION_FAILED', () =>
        rename({ 'if-match': '"1"', 'idempotency-key': key }),
      );
      expect(body.invalidParams?.[0]?.name).toBe('Idempotency-Key');
    },
  );

  it('keeps its key free when it is refused', async () => {
    const headers = { 'idempotency-key': 'rename-3' };
    await api.refused(412, 'VERSION_MISMATCH', () => rename({ ...headers, 'if-match': '"9"' }));
    expect((await rename({ ...headers, 'if-match': '"1"' })).status).toBe(200);
  });
});
