import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PoolClient } from 'pg';
import type { Verdict } from '../../../src/modules/audit/chain-check.js';
import { RecordsProjection } from '../../../src/modules/audit/records.projection.js';
import { Transaction } from '../../../src/platform/database/transaction.js';
import { newId } from '../../../src/platform/base/ids.js';
import type { AuditStaged, Envelope } from '../../../src/platform/messaging/envelope.js';
import { ProjectionTransaction } from '../../../src/platform/messaging/projection-transaction.js';
import { connected, connectionOf, startAudit, type AuditApplication } from './audit-application.js';
import { staged } from './samples.js';

const arrived = (record: AuditStaged): Envelope<AuditStaged> => ({
  id: newId('evt'),
  position: '1',
  producer: 'party',
  aggregateType: 'audit_event',
  aggregateId: record.auditId,
  aggregateVersion: 1,
  eventType: 'AuditStaged',
  eventVersion: 1,
  topic: 'audit',
  eventKey: record.auditId,
  classification: 'CONFIDENTIAL',
  correlationId: record.correlationId,
  causationId: record.sourceCommandId,
  traceContext: null,
  occurredAt: record.occurredAt,
  payload: record,
});

describe('batches applied at the same time', () => {
  let audit: AuditApplication;
  beforeAll(async () => {
    audit = await startAudit();
  });
  afterAll(() => audit.stop());

  const verify = async (query: string): Promise<Verdict> =>
    (await audit.as('auditor_aude').get<Verdict>(`/audit/verification?${query}`)).body;

  const projection = new RecordsProjection();

  /** Applies the batches one after the other, as one process that holds the consumer would. */
  const apply = (batches: readonly (readonly Envelope[])[]): Promise<void> =>
    connected(connectionOf(audit.database, 'audit'), async (client) => {
      for (const batch of batches) {
        await client.query('BEGIN');
        const transaction = new Transaction(client as unknown as PoolClient);
        await projection.apply(batch, new ProjectionTransaction(transaction, new Date()));
        await transaction.answered();
        await client.query('COMMIT');
      }
    });

  it('keep every chain unbroken and lose no record', async () => {
    const cases = [newId('case'), newId('case')];
    // Each batch has both cases, in either order: as many chances to wait for each other, and to read an old end.
    const batch = (first: number): Envelope[] =>
      Array.from({ length: 20 }, (_, index) =>
        arrived(staged({ subject: { caseId: cases[(first + index) % 2] ?? '' } })),
      );
    const processes = Array.from({ length: 6 }, (_, process) => Array.from({ length: 25 }, () => batch(process)));
    await Promise.all(processes.map(apply));
    for (const caseId of cases)
      expect(await verify(`caseId=${caseId}`)).toMatchObject({ records: 1_500, intact: true, head: { seq: 1_500 } });
  });

  it('keep one of a record that both bring', async () => {
    const caseId = newId('case');
    const records = Array.from({ length: 50 }, () => staged({ subject: { caseId } }));
    const process = (): Envelope[][] => records.map((record) => [arrived(record)]);
    await Promise.all([apply(process()), apply(process()), apply(process())]);
    expect(await verify(`caseId=${caseId}`)).toMatchObject({ records: 50, intact: true });
  });

  it('through delivery itself leave many interleaved chains whole', async () => {
    const cases = Array.from({ length: 7 }, () => newId('case'));
    const records = Array.from({ length: 2_100 }, (_, index) =>
      staged({ subject: { caseId: cases[index % 7] ?? '' } }),
    );
    const parts = Array.from({ length: 10 }, (_, part) => records.slice(part * 210, (part + 1) * 210));
    const ids = await Promise.all(parts.map((part) => audit.stage(...part)));
    for (const last of ids.map((each) => each.at(-1) ?? ''))
      await audit
        .as('auditor_aude')
        .get(`/cases/${cases[0] ?? ''}/audit-trail?limit=1&waitForEventId=${last}&timeoutMs=10000`);
    for (const caseId of cases) expect(await verify(`caseId=${caseId}`)).toMatchObject({ records: 300, intact: true });
  });
});
