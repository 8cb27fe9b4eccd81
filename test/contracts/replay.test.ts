import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Kernel } from '../../src/platform/kernel.js';
import type { Envelope } from '../../src/platform/messaging/envelope.js';
import { startApplication, type TestApplication } from '../support/application.js';
import { asServerAdministrator, cloneDatabase, type TestDatabase } from '../support/database.js';
import { appendToLog, frozenSamples } from '../support/frozen-samples.js';

/** Rows of all inboxes, by consumer and status. */
type Standing = Record<string, Record<string, number>>;

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

  const standing = (schemas: readonly string[]): Promise<Standing> =>
    asServerAdministrator(async (admin) => {
      const all: Standing = {};
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

  /** Appends the events, starts the application, and waits until each consumer has gone past them. */
  async function replay(events: readonly Envelope[]): Promise<{ wanted: Standing; found: Standing }> {
    await appendToLog(database, events);
    remit = await startApplication({ database });
    const { delivery, opened } = remit.app.get(Kernel);
    const consumers = [...delivery.consumers.values()];
    const schemas = [
      ...new Set(consumers.map(({ registration }) => registration.database.declaration.database.schema)),
    ];
    const { seenAt } = await delivery.feed.fresh();
    expect(opened.size).toBeGreaterThan(2);
    for (;;) {
      const progress = delivery.feed.progressed.next(50);
      const arrived = consumers.every(({ consumer }) => consumer.isHeld && consumer.watermark >= seenAt);
      const found = arrived ? await standing(schemas) : {};
      if (arrived && Object.values(found).every(({ UNTRIED }) => UNTRIED === undefined))
        return { wanted: wantedOf(consumers, events), found };
      await progress;
    }
  }

  const wantedOf = (
    consumers: { consumer: { name: string; handles: ReadonlySet<string> } }[],
    events: readonly Envelope[],
  ): Standing =>
    Object.fromEntries(
      consumers.map(({ consumer: { name, handles } }) => [
        name,
        {
          PROCESSED: events.filter(({ eventType, eventVersion }) => handles.has(`${eventType}@${eventVersion}`)).length,
        },
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
