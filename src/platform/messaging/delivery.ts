import { randomUUID } from 'node:crypto';
import type { Clock } from '../base/clock.js';
import type { ModuleDatabase } from '../database/module-database.js';
import { storedClock } from '../database/stored-clock.js';
import type { DeliveryMetrics } from '../telemetry/metrics.js';
import type { Log } from '../telemetry/log.js';
import type { Start } from '../ownership/declaration.js';
import { Consumer } from './consumer.js';
import { ConsumerOffset } from './consumer-offset.js';
import { Feed } from './feed.js';
import type { ProjectionHandler, ProjectionOptions, ReactionHandler } from './handlers.js';
import { Inbox } from './inbox.js';
import { LogReader } from './log-reader.js';
import { ProjectionDeliverer } from './projection-deliverer.js';
import { slotOf } from './projection-slot.js';
import { ReactionDeliverer } from './reaction-deliverer.js';
import { ReplicaChannel, type Notification } from './replica-channel.js';
import type { ConsumerProgress } from './server-run.js';
import type { Work } from './work.js';

/** A consumer as the application registers it. */
export interface Registration {
  /** `<module>.<name>` */
  name: string;
  kind: 'projection' | 'reaction';
  options: ProjectionOptions;
  /** Where it begins when it is new: at the beginning unless given otherwise. */
  starts?: Start;
  handler: ProjectionHandler | ReactionHandler;
  database: ModuleDatabase;
  work: Work;
}

/** Delivers the log to every consumer of this process, from start to stop. */
export class Delivery {
  readonly feed: Feed;
  /** This process is to end. */
  ending = false;
  /** Called when jobs or timers may have changed in another process, or the clock was moved there. */
  backgroundChanged: () => void = () => undefined;
  readonly reader: LogReader;
  readonly consumers = new Map<string, { consumer: Consumer; registration: Registration; inbox: Inbox }>();
  /** How far consumers are that other replicas hold, by their last notification. */
  readonly progressElsewhere = new Map<string, ConsumerProgress>();
  private readonly reactions: ReactionDeliverer[] = [];
  private readonly offsets: ConsumerOffset[] = [];
  private readonly replicas: ReplicaChannel | undefined;
  private stopped = false;

  constructor(
    private readonly bus: ModuleDatabase,
    registrations: readonly Registration[],
    private readonly clock: Clock,
    metrics: DeliveryMetrics,
    private readonly log: Log,
    /** Nobody else uses this database: no need to notify replicas, nor to wait for a killed process's leases. */
    alone: boolean,
    /** The field of payloads that names the key which an event concerns beside its own. */
    readonly relatedBy: string,
  ) {
    this.reader = new LogReader(bus, relatedBy);
    this.feed = new Feed(this.reader, clock, (error) => {
      log.fault('The log could not be read.', error);
    });
    const holder = randomUUID();
    if (!alone) this.replicas = new ReplicaChannel(bus, holder, this.received);
    for (const registration of registrations) {
      const { name, database, options } = registration;
      const failed = (error: Error): void => {
        log.fault(`Delivery to ${name} failed and is retried.`, error);
      };
      const inbox = new Inbox(database, name, relatedBy);
      const offset = new ConsumerOffset(database, name, holder, registration.starts);
      this.offsets.push(offset);
      const handles = new Set(options.consumes.map(({ type, version }) => `${type}@${version}`));
      const deliverer =
        registration.kind === 'projection'
          ? new ProjectionDeliverer(
              database,
              registration.handler as ProjectionHandler,
              inbox,
              offset,
              clock,
              metrics,
              async () => (await slotOf(database, name))?.active,
              options,
            )
          : this.reaction(registration, inbox, offset, metrics, failed);
      const consumer = new Consumer(name, handles, this.feed, this.reader, offset, deliverer, alone, failed);
      this.consumers.set(name, { consumer, registration, inbox });
    }
  }

  /** Resolves when every consumer has its offset in the log: no command may be taken before. */
  async start(): Promise<void> {
    await Promise.all(this.offsets.map((offset) => offset.establish()));
    await this.feed.start();
    await this.replicas?.start();
    for (const { consumer } of this.consumers.values()) consumer.start();
    if (this.replicas) void this.notifyProgress(this.replicas);
  }

  /** A lease was revoked here: it is to be acquired again at once. */
  released(): void {
    this.received({ released: true });
    this.replicas?.notify({ released: true });
  }

  /** From here on nobody is to wait for an event: who does is answered with what there is. */
  endWaits(): void {
    this.ending = true;
    this.feed.progressed.raise();
    this.feed.applied.raise();
  }

  /** Ends after the batches under way are committed; offsets are given back. */
  async stop(): Promise<void> {
    const consumers = [...this.consumers.values()].map(({ consumer }) => consumer.stop());
    await this.feed.stop();
    await Promise.all(consumers);
    // Last, because acquiring a lease starts the workers of a reaction.
    await Promise.all(this.reactions.map((each) => each.stop()));
    this.stopped = true;
    this.feed.progressed.raise();
    this.feed.applied.raise();
    this.replicas?.notify({ released: true });
    await this.replicas?.stop();
  }

  /** Something was committed here. */
  committed(): void {
    this.feed.wake();
    this.replicas?.notify({ committed: true });
  }

  /** The application's clock was moved here. Resolves after a poll by the new time. */
  async clockMoved(): Promise<void> {
    this.replicas?.notify({ clock: true });
    await this.feed.fresh();
  }

  /** A job was cancelled, paused or resumed here. */
  jobsChanged(): void {
    this.replicas?.notify({ jobs: true });
  }

  private readonly received = ({ committed, passed, applied, released, clock, jobs }: Notification): void => {
    for (const [consumer, progress] of Object.entries(passed ?? {}))
      if (this.consumers.has(consumer)) this.progressElsewhere.set(consumer, progress);
    if (passed) this.feed.progressed.raise();
    if (applied) this.feed.applied.raise(applied);
    if (released) for (const offset of this.offsets) offset.pollNow();
    if (committed || released) this.feed.wake();
    if (clock) void this.followClock();
    if (jobs) this.backgroundChanged();
  };

  private async followClock(): Promise<void> {
    try {
      this.clock.moveTo(await storedClock(this.bus));
      this.feed.wake();
      this.backgroundChanged();
    } catch (error) {
      this.log.fault('The clock could not be read.', error as Error);
    }
  }

  /**
   * Spares other replicas polling for what a consumer of this one has applied. Only changes are sent: replicas that
   * answered each notification with one of their own would never be quiet.
   */
  private async notifyProgress(replicas: ReplicaChannel): Promise<void> {
    const sent = new Map<string, { snapshot: string; applied: number }>();
    for (;;) {
      await this.feed.progressed.next();
      if (this.stopped) return;
      const passed: Record<string, ConsumerProgress> = {};
      const applied: string[] = [];
      for (const [name, { consumer }] of this.consumers) {
        const { progress } = consumer;
        const last = sent.get(name);
        if (!progress || (progress.snapshot === last?.snapshot && consumer.applied === last.applied)) continue;
        passed[name] = progress;
        if (consumer.applied !== (last?.applied ?? 0)) applied.push(name);
        sent.set(name, { snapshot: progress.snapshot, applied: consumer.applied });
      }
      if (Object.keys(passed).length > 0) replicas.notify({ passed, ...(applied.length > 0 && { applied }) });
    }
  }

  private reaction(
    { name, database, handler, work }: Registration,
    inbox: Inbox,
    offset: ConsumerOffset,
    metrics: DeliveryMetrics,
    failed: (error: Error) => void,
  ): ReactionDeliverer {
    const paused = (): boolean => this.feed.isPaused(name);
    const made = new ReactionDeliverer(
      database,
      handler as ReactionHandler,
      work,
      inbox,
      offset,
      metrics,
      paused,
      failed,
    );
    this.reactions.push(made);
    return made;
  }
}
