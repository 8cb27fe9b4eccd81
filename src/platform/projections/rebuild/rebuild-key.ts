import type { Clock } from '../../base/clock.js';
import type { Transaction } from '../../database/transaction.js';
import { whyNotMoved } from '../../messaging/consumer-offset.js';
import type { Envelope } from '../../messaging/envelope.js';
import { sharePauseLock } from '../../messaging/pause-lock.js';
import type { ProjectionHandler } from '../../messaging/handlers.js';
import type { LogReader } from '../../messaging/log-reader.js';
import { slotStatement, type SlotState } from '../../messaging/projection-slot.js';
import { ProjectionTransaction } from '../../messaging/projection-transaction.js';
import type { Registration } from '../../messaging/delivery.js';
import { ReplaySource, type ArchivedEvents } from './replay-source.js';
import type { RebuildJob } from './rebuild.js';
import { revokeLease, lockLiveOffset, liveOffset, cursorIn } from './switch-over.js';

const PAGE = 500;

/** Part of the log was retired between two reads of it: it is read again. */
class RetiredMeanwhile extends Error {}

export interface KeyRebuildParts {
  registration: Registration;
  reader: LogReader;
  archive: ArchivedEvents;
  clock: Clock;
}

/**
 * Makes the rows of one key anew, in the slot that readers see and in one transaction: the rows are deleted, and what
 * has been delivered about the key is applied again. Whoever holds the consumer waits meanwhile, and then takes it again.
 */
export class KeyRebuild {
  private readonly source: ReplaySource;

  constructor(
    private readonly parts: KeyRebuildParts,
    private readonly key: string,
    private readonly job: RebuildJob,
  ) {
    this.source = new ReplaySource(parts.reader, parts.archive);
  }

  /**
   * @throws what an event that cannot be applied throws: the rows are then as they were
   * @throws Paused while delivery is paused
   */
  async run(): Promise<void> {
    for (;;)
      try {
        await this.once();
        return;
      } catch (error) {
        if (!(error instanceof RetiredMeanwhile)) throw error;
      }
  }

  private async once(): Promise<void> {
    const { database, name } = this.parts.registration;
    const retired = await this.source.retired();
    // The long way while nobody waits; what is delivered meanwhile is a short one.
    const known = cursorIn(await database.query(liveOffset(name)), name);
    const events = (await this.source.about(this.key, known)).filter((event) => this.isWanted(event));
    await database
      .transaction(async (transaction) => {
        this.job.fenceTransaction(transaction);
        const live = await lockLiveOffset(transaction, name);
        for (let at = known; ;) {
          const page = await this.source.next(at, live);
          if (!page) break;
          events.push(...page.events.filter((event) => this.isWanted(event)));
          at = page.after;
        }
        // What came after the first read may have left the log before the second.
        if ((await this.source.retired()) !== retired) throw new RetiredMeanwhile();
        await this.apply(transaction, events);
        transaction.send({
          text: `UPDATE inbox_event SET status = 'PROCESSED', processed_at = clock_timestamp(), envelope = NULL,
                   next_attempt_at = NULL
                 WHERE consumer_name = $1 AND status IN ('PENDING', 'DEAD') AND (event_key = $2 OR related_key = $2)`,
          values: [name, this.key],
        });
        revokeLease(transaction, name);
      }, sharePauseLock(name))
      .catch((error: unknown) => {
        throw whyNotMoved(error);
      });
    await this.job.progress(events.length, events.length);
  }

  private isWanted(event: Envelope): boolean {
    const { consumes } = this.parts.registration.options;
    const { eventType, eventVersion } = event;
    return (
      this.parts.reader.isAbout(this.key, event) &&
      consumes.some(({ type, version }) => type === eventType && version === eventVersion)
    );
  }

  private async apply(transaction: Transaction, events: readonly Envelope[]): Promise<void> {
    const { registration, clock } = this.parts;
    // By the same connection: whoever holds one and waits for another of the same module may wait for themselves.
    const { rows } = await transaction.query<SlotState>(slotStatement(registration.name));
    const projection = new ProjectionTransaction(transaction, clock.now(), rows[0]?.active);
    const handler = registration.handler as ProjectionHandler;
    handler.forget?.(this.key, projection);
    for (let at = 0; at < events.length; at += PAGE) await handler.apply(events.slice(at, at + PAGE), projection);
  }
}
