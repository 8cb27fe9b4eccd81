import { Injectable } from '@nestjs/common';
import type { ModuleDatabase } from '../database/module-database.js';
import { Kernel } from './kernel.js';
import type { Refusal } from '../base/refusal.js';
import type { Answer } from '../messaging/answer.js';
import { takePauseLock } from '../messaging/pause-lock.js';
import type { UnitOfWork } from '../messaging/unit-of-work.js';

/** The state of delivery to one consumer. */
export interface ConsumerState {
  consumer: string;
  module: string;
  kind: 'projection' | 'reaction';
  /** Everything committed before this moment has been applied. */
  watermark: Date | null;
  /** Stored and to be handled: the ordinary work of a reaction, parked events for a projection. */
  waiting: number;
  dead: number;
  oldestWaitingSince: Date | null;
}

/** That delivery of something is stopped, and why. */
export interface Stop {
  name: string;
  paused: boolean;
  reason: string;
  changedBy: string;
  changedAt: Date;
}

/** An event whose every try has failed. Its content stays where it is: only what identifies it is told. */
export interface DeadLetter {
  consumer: string;
  eventId: string;
  eventType: string;
  eventKey: string;
  aggregateVersion: number;
  /** Of what it concerns beside its own aggregate. */
  relatedKey: string | null;
  attempts: number;
  receivedAt: Date;
  lastError: string | null;
}

export const RELAY = 'relay';

/** What those who run the system may see and do about delivery, whichever module a consumer belongs to. */
@Injectable()
export class DeliveryControl {
  constructor(private readonly kernel: Kernel) {}

  knows(name: string): boolean {
    return name === RELAY || this.kernel.delivery.consumers.has(name);
  }

  /** Stages the pause or resumption in the unit of work that records who wanted it. */
  stage(tx: UnitOfWork, name: string, paused: boolean, reason: string, actorId: string): void {
    const values = [name, paused, reason, actorId, tx.occurredAt];
    tx.statement('SELECT bus.set_paused($1, $2, $3, $4, $5)', values, 'NOT_CHANGED');
  }

  /** Resolves when what was staged is in force: every batch begun before it has ended. */
  async inForce(name: string): Promise<void> {
    await this.bus.query({ text: takePauseLock(name), values: [] });
    await this.kernel.delivery.feed.fresh();
  }

  stops(): Promise<Stop[]> {
    return this.bus.query<Stop>({
      text: `SELECT name, paused, reason, changed_by AS "changedBy", changed_at AS "changedAt" FROM bus.control ORDER BY name`,
      values: [],
    });
  }

  async consumerStates(): Promise<ConsumerState[]> {
    const consumers = [...this.kernel.delivery.consumers.values()];
    return Promise.all(
      consumers.map(async ({ consumer, registration: { name, kind, database } }) => {
        const [row] = await database.query<
          Pick<ConsumerState, 'watermark' | 'waiting' | 'dead' | 'oldestWaitingSince'>
        >({
          name: 'consumer_state',
          text: `SELECT (SELECT watermark FROM consumer_offset WHERE consumer_name = $1) AS watermark,
                   (count(*) FILTER (WHERE status = 'PENDING'))::int AS waiting,
                   (count(*) FILTER (WHERE status = 'DEAD'))::int AS dead,
                   min(received_at) AS "oldestWaitingSince"
                 FROM inbox_event WHERE consumer_name = $1 AND status IN ('PENDING', 'DEAD')`,
          values: [name],
        });
        const watermark = consumer.isHeld ? consumer.watermark : (row?.watermark ?? null);
        const counts = row ?? { waiting: 0, dead: 0, oldestWaitingSince: null };
        return { ...counts, consumer: name, module: database.declaration.module, kind, watermark };
      }),
    );
  }

  /** Oldest first, by consumer. */
  async deadLetters(only?: string): Promise<DeadLetter[]> {
    const consumers = [...this.kernel.delivery.consumers.values()].filter(
      ({ registration }) => only === undefined || registration.name === only,
    );
    const found = await Promise.all(
      consumers.map(({ registration: { name, database } }) =>
        database.query<DeadLetter>({
          name: 'dead_letters',
          text: `SELECT consumer_name AS consumer, event_id AS "eventId", event_type AS "eventType", event_key AS "eventKey",
                   aggregate_version::int AS "aggregateVersion", related_key AS "relatedKey", attempts,
                   received_at AS "receivedAt", last_error AS "lastError"
                 FROM inbox_event WHERE consumer_name = $1 AND status = 'DEAD' ORDER BY position`,
          values: [name],
        }),
      ),
    );
    return found.flat();
  }

  /**
   * Retries or discards a dead letter: `Consumer` has the states. Its own module commits it, together with the audit
   * event, so that no other writes its inbox.
   * @throws `gone` when it is no dead letter any more
   */
  resolve(
    consumer: string,
    eventId: string,
    how: 'RETRY' | 'DISCARD',
    reason: string,
    actorId: string,
    gone: Refusal,
  ): Promise<Answer> {
    const found = this.kernel.delivery.consumers.get(consumer);
    if (!found) throw new Error(`There is no consumer ${consumer}.`);
    const { work } = found.registration;
    const retry = how === 'RETRY';
    return work.answering(() =>
      work.run((tx) => {
        tx.statement(
          retry
            ? `UPDATE inbox_event SET status = 'PENDING', attempts = 0, next_attempt_at = clock_timestamp(),
                 resolved_by = $3, resolution_reason = $4
               WHERE consumer_name = $1 AND event_id = $2 AND status = 'DEAD' RETURNING 1`
            : `UPDATE inbox_event SET status = 'DISCARDED', envelope = NULL, processed_at = clock_timestamp(),
                 resolved_by = $3, resolution_reason = $4
               WHERE consumer_name = $1 AND event_id = $2 AND status = 'DEAD' RETURNING 1`,
          [consumer, eventId, actorId, reason],
          gone,
        );
        tx.audit({
          eventType: retry ? 'DeadLetterRetriedAudit' : 'DeadLetterDiscardedAudit',
          action: retry ? 'RETRY_DEAD_LETTER' : 'DISCARD_DEAD_LETTER',
          subject: { consumer, eventId },
          beforeState: 'DEAD',
          afterState: retry ? 'PENDING' : 'DISCARDED',
          dataUsed: [eventId],
        });
        return { body: { consumer, eventId, status: retry ? 'PENDING' : 'DISCARDED' } };
      }),
    );
  }

  private get bus(): ModuleDatabase {
    const bus = this.kernel.opened.get('platform');
    if (!bus) throw new Error('The application has not started.');
    return bus;
  }
}
