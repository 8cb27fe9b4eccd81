import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.js';
import type { ModuleDatabase } from '../database/module-database.js';
import type { DeliveryMetrics } from '../telemetry/metrics.js';
import type { Log } from '../telemetry/log.js';
import { Consumer } from './consumer.js';
import { ConsumerOffset } from './consumer-offset.js';
import { Feed } from './feed.js';
import type { ProjectionHandler, ProjectionOptions, ReactionHandler } from './handlers.js';
import { Inbox } from './inbox.js';
import { LogReader } from './log-reader.js';
import { Neighbours } from './neighbours.js';
import { ProjectionDeliverer } from './projection-deliverer.js';
import { ReactionDeliverer } from './reaction-deliverer.js';
import type { Work } from './work.js';

/** A consumer as the application registers it. */
export interface Registration {
  /** `<module>.<name>` */
  name: string;
  kind: 'projection' | 'reaction';
  options: ProjectionOptions;
  handler: ProjectionHandler | ReactionHandler;
  database: ModuleDatabase;
  work: Work;
}

/** Delivers the log to every consumer of this process, from start to stop. */
export class Delivery {
  readonly feed: Feed;
  readonly reader: LogReader;
  readonly consumers = new Map<string, { consumer: Consumer; registration: Registration; inbox: Inbox }>();
  private readonly reactions: ReactionDeliverer[] = [];
  private readonly neighbours: Neighbours | undefined;

  constructor(
    bus: ModuleDatabase,
    registrations: readonly Registration[],
    clock: Clock,
    metrics: DeliveryMetrics,
    log: Log,
    /** Nobody else uses this database: no need to tell neighbours, nor to wait for a killed process's leases. */
    alone: boolean,
  ) {
    this.reader = new LogReader(bus);
    this.feed = new Feed(this.reader, clock, (error) => {
      log.fault('The log could not be read.', error);
    });
    if (!alone) this.neighbours = new Neighbours(bus, () => { this.feed.wake(); }); // prettier-ignore
    const holder = randomUUID();
    for (const registration of registrations) {
      const { name, database, options } = registration;
      const failed = (error: Error): void => {
        log.fault(`Delivery to ${name} has trouble.`, error);
      };
      const inbox = new Inbox(database, name);
      const offset = new ConsumerOffset(database, name, holder);
      const handles = new Set(options.consumes.map(({ type, version }) => `${type}@${version}`));
      const deliverer =
        registration.kind === 'projection'
          ? new ProjectionDeliverer(database, registration.handler as ProjectionHandler, inbox, offset, clock, metrics)
          : this.reaction(registration, inbox, offset, metrics, failed);
      const consumer = new Consumer(name, handles, this.feed, this.reader, offset, deliverer, alone, failed);
      this.consumers.set(name, { consumer, registration, inbox });
    }
  }

  async start(): Promise<void> {
    await this.neighbours?.start();
    await this.feed.start();
    for (const { consumer } of this.consumers.values()) consumer.start();
  }

  /** Ends after the batches under way are committed; offsets are given back. */
  async stop(): Promise<void> {
    const consumers = [...this.consumers.values()].map(({ consumer }) => consumer.stop());
    await this.feed.stop();
    await Promise.all(consumers);
    // Last, because a consumer that has just been taken sets its reactions to work.
    await Promise.all(this.reactions.map((each) => each.stop()));
    await this.neighbours?.stop();
  }

  /** Something was committed here. */
  committed(): void {
    this.feed.wake();
    this.neighbours?.tell();
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
