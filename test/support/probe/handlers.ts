import { Injectable } from '@nestjs/common';
import type { Envelope } from '../../../src/platform/messaging/envelope.js';
import {
  Projection,
  Reaction,
  type ProjectionHandler,
  type ReactionHandler,
} from '../../../src/platform/messaging/handlers.js';
import type { ProjectionTransaction } from '../../../src/platform/messaging/projection-transaction.js';
import type { UnitOfWork } from '../../../src/platform/messaging/unit-of-work.js';
import { GadgetMade, GadgetPainted, GadgetShelved } from './contracts.js';
import { Echo } from './echo.js';

/** What a test does to a handler: looks at what comes, holds it up, or lets it fail. */
@Injectable()
export class Interference {
  /** Called with each batch, or with each single event of a reaction, before anything is written. */
  before: (events: readonly Envelope[]) => Promise<void> | void = () => undefined;
  /** Called when everything is written and not yet committed. */
  after: (events: readonly Envelope[], transaction?: ProjectionTransaction) => Promise<void> | void = () => undefined;
  /** Gadgets whose events cannot be handled. */
  readonly poisoned = new Set<string>();

  refusePoisoned(events: readonly Envelope[]): void {
    if (events.some(({ eventKey }) => this.poisoned.has(eventKey))) throw new TypeError('This event is poison.');
  }
}

/** Counts what is applied to each gadget and keeps the versions in the order they came in. */
@Injectable()
@Projection({ name: 'gadget-list', consumes: [GadgetMade, GadgetPainted] })
export class GadgetList implements ProjectionHandler {
  constructor(private readonly interference: Interference) {}

  async apply(events: readonly Envelope[], transaction: ProjectionTransaction): Promise<void> {
    await this.interference.before(events);
    const versionsOf = new Map<string, number[]>();
    for (const { aggregateId, aggregateVersion } of events)
      versionsOf.set(aggregateId, [...(versionsOf.get(aggregateId) ?? []), aggregateVersion]);
    for (const [gadgetId, versions] of versionsOf)
      await transaction.query({
        name: 'gadget_list',
        text: `INSERT INTO ${transaction.table('gadget_row')} AS known (gadget_id, applied, versions) VALUES ($1, cardinality($2::int[]), $2)
               ON CONFLICT (gadget_id) DO UPDATE SET applied = known.applied + excluded.applied,
                 versions = known.versions || excluded.versions`,
        values: [gadgetId, versions],
      });
    this.interference.refusePoisoned(events);
    await this.interference.after(events, transaction);
  }

  forget(gadgetId: string, transaction: ProjectionTransaction): void {
    transaction.write({
      name: 'gadget_forget',
      text: `DELETE FROM ${transaction.table('gadget_row')} WHERE gadget_id = $1`,
      values: [gadgetId],
    });
  }
}

/** Writes one echo an event. */
@Injectable()
@Reaction({ name: 'echoes', consumes: [GadgetMade, GadgetPainted, GadgetShelved] })
export class EchoReaction implements ReactionHandler {
  constructor(private readonly interference: Interference) {}

  async handle(event: Envelope, tx: UnitOfWork): Promise<undefined> {
    await this.interference.before([event]);
    tx.add(Echo.of(event.aggregateId, event.aggregateVersion));
    tx.audit({ eventType: 'EchoedAudit', action: 'ECHO', subject: { gadgetId: event.aggregateId } });
    this.interference.refusePoisoned([event]);
    await this.interference.after([event]);
  }
}
