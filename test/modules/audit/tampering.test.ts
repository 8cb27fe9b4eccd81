import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { canonicalJson } from '../../../src/modules/audit/canonical-json.js';
import type { Verdict } from '../../../src/modules/audit/chain-check.js';
import type { ShownRecord } from '../../../src/modules/audit/stored-record.js';
import type { Verdicts } from '../../../src/modules/audit/verify-chains.js';
import { newId } from '../../../src/platform/base/ids.js';
import type { AuditStaged } from '../../../src/platform/messaging/envelope.js';
import { notDescribed } from '../../support/described-answers.js';
import { connected, connectionOf, startAudit, type AuditApplication } from './audit-application.js';
import { staged } from './samples.js';

describe('what is in the audit', () => {
  let audit: AuditApplication;
  beforeAll(async () => {
    audit = await startAudit();
  });
  afterAll(() => audit.stop());

  const verify = async <Body = Verdict>(query: string): Promise<Body> =>
    (await audit.as('auditor_aude').get<Body>(`/audit/verification?${query}`)).body;

  /** A case of so many records, in the table. */
  async function recordedCase(count: number, said: Partial<AuditStaged> = {}): Promise<string> {
    const caseId = newId('case');
    await recorded(Array.from({ length: count }, () => staged({ subject: { caseId }, ...said })));
    return caseId;
  }

  /** Stages the records and waits until they are in the table. */
  async function recorded(records: AuditStaged[]): Promise<void> {
    const marker = newId('case');
    const ids = await audit.stage(...records, staged({ subject: { caseId: marker } }));
    const path = `/cases/${marker}/audit-trail?waitForEventId=${ids.at(-1) ?? ''}`;
    expect((await audit.as('auditor_aude').get(path)).status).toBe(200);
  }

  describe('with the credentials of Audit itself', () => {
    it.each([
      [`UPDATE audit_record SET action = 'NOTHING'`],
      [`UPDATE audit_record SET hash = '' WHERE false`],
      ['DELETE FROM audit_record'],
      ['DELETE FROM audit_record WHERE false'],
      ['TRUNCATE audit_record'],
      ['SELECT 1 FROM audit_record FOR UPDATE'],
      [`INSERT INTO audit_record (audit_id) VALUES ('a') ON CONFLICT (audit_id) DO UPDATE SET action = 'NOTHING'`],
      ['ALTER TABLE audit_record DISABLE TRIGGER ALL'],
      ['ALTER TABLE audit_record DROP COLUMN hash'],
      ['DROP TABLE audit_record'],
      ['CREATE TABLE audit_record_2 ()'],
      ['SET ROLE remit_audit_owner'],
    ])('is out of reach of %s', async (sql) => {
      const INSUFFICIENT_PRIVILEGE = '42501';
      await connected(connectionOf(audit.database, 'audit'), async (client) => {
        // To PostgreSQL a grant by somebody who may not is no error: it grants nothing.
        await client.query('GRANT ALL ON audit_record TO remit_audit');
        await expect(client.query(sql)).rejects.toMatchObject({ code: INSUFFICIENT_PRIVILEGE });
      });
    });
  });

  it('is intact after being stored, whatever the text and numbers in it', async () => {
    notDescribed(/audit-trail 200: data\/data\/\d+ must NOT have additional properties/);
    const caseId = await recordedCase(3, {
      reasonCode: 'quotes " \\ and \u2028, umlauts öäü, o\u0308, 😀, tab\t and line\n',
      dataUsed: ['', ' ', '\u0001', '\ufb33', 'null'],
      // What a later release may add is kept and hashed, though this one does not describe it.
      ...({
        later: { numbers: [0.1, 1e21, 1e-7, -0, 123456789012345680000, 5e-324], z: [], a: {}, é: true },
      } as object),
    });
    const { body } = await audit.as('auditor_aude').get<{ data: ShownRecord[] }>(`/cases/${caseId}/audit-trail`);
    const last = body.data.at(-1);
    expect(await verify(`caseId=${caseId}`)).toEqual({
      subject: caseId,
      records: 3,
      intact: true,
      firstBroken: null,
      head: { seq: 3, hash: last?.hash },
    });
  });

  it('can be verified by a stranger from what the API answers', async () => {
    const caseId = await recordedCase(4);
    const { body } = await audit.as('auditor_aude').get<{ data: ShownRecord[] }>(`/cases/${caseId}/audit-trail`);
    let before = '0'.repeat(64);
    for (const shown of body.data) {
      const { hash, chain, eventId, previousHash, producer, recordedAt, seq, ...record } = shown;
      expect(previousHash).toBe(before);
      const text = canonicalJson({ chain, eventId, previousHash, producer, record, recordedAt, seq });
      expect(createHash('sha256').update(text).digest('hex')).toBe(hash);
      before = hash;
    }
  });

  it.each([
    ['its record', `record = jsonb_set(record, '{action}', '"NOTHING"')`, 'HASH_MISMATCH'],
    ['a member added to its record', `record = record || '{"more": 1}'`, 'HASH_MISMATCH'],
    ['its record made to nothing', `record = 'null'`, 'HASH_MISMATCH'],
    ['the actor it is searched by', `actor_id = 'nobody'`, 'HASH_MISMATCH'],
    ['the case it is searched by', `case_id = NULL`, 'HASH_MISMATCH'],
    ['the time it is searched by', `occurred_at = 'infinity'`, 'HASH_MISMATCH'],
    ['when it was recorded', `recorded_at = recorded_at + interval '1 millisecond'`, 'HASH_MISMATCH'],
    ['who staged it', `producer = 'notice'`, 'HASH_MISMATCH'],
    ['its id', `audit_id = audit_id || '0'`, 'HASH_MISMATCH'],
    ['its hash', `hash = repeat('0', 64)`, 'HASH_MISMATCH'],
    ['what it follows', `previous_hash = repeat('0', 64)`, 'LINK_BROKEN'],
  ])('and was changed by an administrator is found by its number: %s', async (_, change, reason) => {
    const caseId = await recordedCase(5);
    await audit.tamper(`UPDATE audit.audit_record SET ${change} WHERE subject = $1 AND seq = 3`, [caseId]);
    const verdict = await verify(`caseId=${caseId}`);
    expect(verdict).toMatchObject({ records: 5, intact: false, firstBroken: { seq: 3, reason } });
    expect(verdict.firstBroken?.auditId).toMatch(/^audit_/);
  });

  it('and was deleted is found as a gap where it was', async () => {
    const caseId = await recordedCase(5);
    await audit.tamper('DELETE FROM audit.audit_record WHERE subject = $1 AND seq IN (3, 4)', [caseId]);
    expect(await verify(`caseId=${caseId}`)).toMatchObject({
      records: 3,
      intact: false,
      firstBroken: { seq: 3, reason: 'GAP' },
    });
  });

  it('and was deleted and its number given to the next is found as a broken link', async () => {
    const caseId = await recordedCase(5);
    await audit.tamper('DELETE FROM audit.audit_record WHERE subject = $1 AND seq = 3', [caseId]);
    await audit.tamper('UPDATE audit.audit_record SET seq = 3 WHERE subject = $1 AND seq = 4', [caseId]);
    await audit.tamper('UPDATE audit.audit_record SET seq = 4 WHERE subject = $1 AND seq = 5', [caseId]);
    expect(await verify(`caseId=${caseId}`)).toMatchObject({ firstBroken: { seq: 3, reason: 'LINK_BROKEN' } });
  });

  it('is verified for a party, for a module, and for what there is nothing of', async () => {
    const partyId = newId('pty');
    await recorded([staged({ subject: { partyId } }), staged({ subject: { consumer: 'party.names' } })]);
    expect(await verify(`partyId=${partyId}`)).toMatchObject({ subject: partyId, records: 1, intact: true });
    expect(await verify('module=party')).toMatchObject({ subject: 'party', records: 1, intact: true });
    const nothing = { subject: 'notice', records: 0, intact: true, firstBroken: null, head: null };
    expect(await verify('module=notice')).toEqual(nothing);
  });

  it('is verified as a whole, chain by chain and page by page', async () => {
    const sound = await recordedCase(2);
    const broken = await recordedCase(2);
    const later = await recordedCase(2);
    await audit.tamper(`UPDATE audit.audit_record SET role = 'NOBODY' WHERE subject = $1 AND seq = 2`, [broken]);
    const cursor = Buffer.from(JSON.stringify([sound.slice(0, -1)])).toString('base64url');
    const first = await verify<Verdicts>(`limit=3&cursor=${cursor}`);
    const chains = [...first.data];
    for (let next = first.nextCursor; next !== null;) {
      const page = await verify<Verdicts>(`limit=3&cursor=${next}`);
      chains.push(...page.data);
      next = page.nextCursor;
    }
    expect(first.chains).toBe(3);
    expect(first.records).toBe(first.data.reduce((sum, { records }) => sum + records, 0));
    expect(first.broken).toBe(first.data.filter(({ intact }) => !intact).length);
    expect(first.intact).toBe(first.broken === 0);
    const found = chains.filter(({ subject }) => [sound, broken, later].includes(subject));
    expect(found.map(({ subject, intact }) => [subject, intact])).toEqual([
      [sound, true],
      [broken, false],
      [later, true],
    ]);
    expect(new Set(chains.map(({ subject }) => subject)).size).toBe(chains.length);
  });

  it('is verified in chains longer than what is read at once', async () => {
    const caseId = await recordedCase(1_203);
    expect(await verify(`caseId=${caseId}`)).toMatchObject({ records: 1_203, intact: true, head: { seq: 1_203 } });
    await audit.tamper('DELETE FROM audit.audit_record WHERE subject = $1 AND seq = 1000', [caseId]);
    expect(await verify(`caseId=${caseId}`)).toMatchObject({ firstBroken: { seq: 1_000, reason: 'GAP' } });
  });
});
