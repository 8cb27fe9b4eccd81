import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Kernel } from '../../src/platform/kernel/kernel.js';
import type { Envelope } from '../../src/platform/messaging/envelope.js';
import { startApplication, type TestApplication } from '../support/application.js';
import { asServerAdministrator, cloneDatabase, type TestDatabase } from '../support/database.js';
import { appendToLog, frozenSamples } from '../support/frozen-samples.js';

/** Rows of all inboxes, by consumer and status. */
type InboxCounts = Record<string, Record<string, number>>;

describe('every consumer', () => {
  let database: TestDatabase;
  let remit: TestApplication | undefined;
  beforeEach(async () => {
    database = await cloneDatabase();
  });
  afterEach(async () => {
    await remit?.stop();
    remit = undefined;
    await database.drop();
  });

  const inboxCounts = (schemas: readonly string[]): Promise<InboxCounts> =>
    asServerAdministrator(async (admin) => {
      const all: InboxCounts = {};
      for (const schema of schemas) {
        const { rows } = await admin.query<{ consumer: string; status: string; untried: boolean; count: string }>(
          `SELECT consumer_name AS consumer, status, status = 'PENDING' AND attempts = 0 AS untried, count(*)
           FROM ${schema}.inbox_event GROUP BY 1, 2, 3`,
        );
        for (const { consumer, status, untried, count } of rows)
          all[consumer] = { ...all[consumer], [untried ? 'UNTRIED' : status]: Number(count) };
      }
      return all;
    }, database.url);

  /** What Case Registry has written beside the registrations: nobody else's events come before its own rows. */
  const registered = (events: readonly Envelope[]): Promise<unknown> =>
    asServerAdministrator(
      (admin) =>
        admin.query(
          `WITH header AS (
             INSERT INTO case_registry.case_header (case_id, version, case_number, case_type_code, title, classification,
               restricted_to_team, registered_at, registered_by)
             SELECT "caseId", 1, "caseNumber", "caseTypeCode", title, classification, "restrictedToTeam", now(), 'intake_ines'
             FROM jsonb_to_recordset($1) AS e ("caseId" text, "caseNumber" text, "caseTypeCode" text, title text,
               classification text, "restrictedToTeam" boolean)
             RETURNING case_id)
           INSERT INTO case_registry.case_lifecycle (case_id, version, epoch, status)
           SELECT case_id, 0, 1, 'REGISTERED' FROM header`,
          [
            JSON.stringify(
              events.filter(({ eventType }) => eventType === 'CaseRegistered').map(({ payload }) => payload),
            ),
          ],
        ),
      database.url,
    );

  /** The types of all events in the log by now: the samples, and what reactions have published because of them. */
  const logged = (): Promise<string[]> =>
    asServerAdministrator(async (admin) => {
      const { rows } = await admin.query<{ type: string }>(
        `SELECT event_type || '@' || event_version AS type FROM bus.outbox_event`,
      );
      return rows.map(({ type }) => type);
    }, database.url);

  /** Appends the events, starts the application, and waits until each consumer has gone past them and what follows. */
  async function replay(events: readonly Envelope[]): Promise<{ wanted: InboxCounts; found: InboxCounts }> {
    await registered(events);
    await appendToLog(database, events);
    remit = await startApplication({ database });
    const { delivery, opened } = remit.app.get(Kernel);
    const consumers = [...delivery.consumers.values()];
    const schemas = [
      ...new Set(consumers.map(({ registration }) => registration.database.declaration.database.schema)),
    ];
    expect(opened.size).toBeGreaterThan(2);
    for (;;) {
      const before = await logged();
      const { watermark: reached } = await delivery.feed.fresh();
      for (;;) {
        const progress = delivery.feed.progressed.next(50);
        if (consumers.every(({ consumer }) => consumer.isHeld && consumer.watermark >= reached)) break;
        await progress;
      }
      const found = await inboxCounts(schemas);
      const settled = Object.values(found).every(({ UNTRIED }) => UNTRIED === undefined);
      if (settled && (await logged()).length === before.length) return { wanted: wantedOf(consumers, before), found };
    }
  }

  const wantedOf = (
    consumers: { consumer: { name: string; handles: ReadonlySet<string> } }[],
    types: readonly string[],
  ): InboxCounts =>
    Object.fromEntries(
      consumers.map(({ consumer: { name, handles } }) => [
        name,
        { PROCESSED: types.filter((type) => handles.has(type)).length },
      ]),
    );

  it('takes every frozen sample that it follows', async () => {
    const { wanted, found } = await replay(frozenSamples());
    expect(found).toEqual(wanted);
  });

  it('takes them with the aggregates in another order', async () => {
    const byAggregate = new Map<string, Envelope[]>();
    for (const event of frozenSamples())
      byAggregate.set(event.aggregateId, [...(byAggregate.get(event.aggregateId) ?? []), event]);
    const { wanted, found } = await replay([...byAggregate.values()].reverse().flat());
    expect(found).toEqual(wanted);
  });

  it('would be seen to stumble', async () => {
    const [first, ...others] = frozenSamples().filter(({ eventType }) => eventType === 'PartyRegistered');
    if (!first) throw new Error('There is no sample to damage.');
    const damaged = { ...first, payload: { ...(first.payload as object), displayName: null } };
    const { wanted, found } = await replay([damaged, ...others]);
    expect(found['case-registry.party-names']).toEqual({ PENDING: 1, PROCESSED: others.length });
    expect(found).not.toEqual(wanted);
  });
});
