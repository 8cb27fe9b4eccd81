import { Column, Entity, PrimaryColumn } from 'typeorm';
import { newId } from '../../src/platform/base/ids.js';
import type { Envelope } from '../../src/platform/messaging/envelope.js';
import type { ProjectionHandler, ReactionHandler } from '../../src/platform/messaging/handlers.js';
import type { ProjectionTransaction } from '../../src/platform/messaging/projection-transaction.js';
import type { UnitOfWork } from '../../src/platform/messaging/unit-of-work.js';
import type { ItemChanged } from './item.js';

type Event = Envelope<ItemChanged>;

/** What a row becomes when events touch it; the peers' handlers write the same. */
export const touchRow = (table: string): string => `
  ON CONFLICT (item_id) DO UPDATE SET applied = ${table}.applied + excluded.applied,
    version = greatest(${table}.version, excluded.version), title = excluded.title,
    last_event_id = excluded.last_event_id`;

/** A batch in one statement. */
export class SetBasedRows implements ProjectionHandler {
  constructor(private readonly table: string) {}

  apply(events: readonly Event[], transaction: ProjectionTransaction): Promise<void> {
    transaction.write({
      name: `set_${this.table}`,
      text: `INSERT INTO ${this.table} (item_id, applied, version, title, last_event_id)
             SELECT item_id, count(*), max(version), max(title), max(event_id)
             FROM unnest($1::text[], $2::int[], $3::text[], $4::text[]) AS e (item_id, version, title, event_id)
             GROUP BY item_id ${touchRow(this.table)}`,
      values: [
        events.map(({ aggregateId }) => aggregateId),
        events.map(({ aggregateVersion }) => aggregateVersion),
        events.map(({ payload }) => payload.title),
        events.map(({ id }) => id),
      ],
    });
    return Promise.resolve();
  }
}

/** An event at a time, as a plain projection is written. */
export class PlainRows implements ProjectionHandler {
  constructor(private readonly table: string) {}

  apply(events: readonly Event[], transaction: ProjectionTransaction): Promise<void> {
    for (const { aggregateId, aggregateVersion, payload, id } of events)
      transaction.write({
        name: `plain_${this.table}`,
        text: `INSERT INTO ${this.table} (item_id, applied, version, title, last_event_id) VALUES ($1, 1, $2, $3, $4)
               ${touchRow(this.table)}`,
        values: [aggregateId, aggregateVersion, payload.title, id],
      });
    return Promise.resolve();
  }
}

/** Writes down every event in the order in which it came. */
export class Trace implements ProjectionHandler {
  async apply(events: readonly Event[], transaction: ProjectionTransaction): Promise<void> {
    await transaction.query({
      name: 'trace',
      text: `INSERT INTO trace (item_id, version, last_event_id)
             SELECT * FROM unnest($1::text[], $2::int[], $3::text[])`,
      values: [
        events.map(({ aggregateId }) => aggregateId),
        events.map(({ aggregateVersion }) => aggregateVersion),
        events.map(({ id }) => id),
      ],
    });
  }
}

@Entity({ name: 'echo' })
export class Echo {
  @PrimaryColumn({ name: 'echo_id', type: 'text' })
  echoId!: string;

  @Column({ type: 'integer' })
  version!: number;

  @Column({ name: 'event_id', type: 'text' })
  eventId!: string;
}

/** Does something because of each event, and tells Audit. */
export class EchoReaction implements ReactionHandler {
  handle(event: Envelope, tx: UnitOfWork): Promise<undefined> {
    tx.add(Object.assign(new Echo(), { echoId: newId('echo'), version: 1, eventId: event.id }));
    tx.audit({ eventType: 'EchoedAudit', action: 'ECHO', subject: { itemId: event.aggregateId } });
    return Promise.resolve(undefined);
  }
}
