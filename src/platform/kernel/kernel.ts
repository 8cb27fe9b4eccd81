import {
  Inject,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { ObjectLiteral } from 'typeorm';
import type { Type } from '@nestjs/common';
import { Shared } from '../base/shared.js';
import { ArchiveReader } from '../archive/archive-reader.js';
import { Clock } from '../base/clock.js';
import { storedClock, storeClock } from '../database/stored-clock.js';
import { ModuleDatabase } from '../database/module-database.js';
import type { Connections } from '../database/module-variables.js';
import { Background } from '../jobs/background.js';
import type { ServerBudgets } from '../database/server-budgets.js';
import { collectHandlers } from './collect-handlers.js';
import { Probe } from './probe.js';
import { Bus, Switchboard } from '../messaging/bus.js';
import { Delivery } from '../messaging/delivery.js';
import { Work } from '../messaging/work.js';
import type { Declaration } from '../ownership/declaration.js';
import { readModelsByEvent } from '../ownership/read-models-by-event.js';
import { rebuildChanged } from '../projections/rebuild/changed-versions.js';
import { ReadModels } from '../projections/read-models.js';
import { Log } from '../telemetry/log.js';
import { JobMetrics } from '../telemetry/job-metrics.js';
import { DeliveryMetrics } from '../telemetry/metrics.js';

/** What an application is started with. */
export interface Foundation {
  declarations: readonly Declaration[];
  connections: Connections;
  /** How many connections there may be, by server. */
  budgets: ServerBudgets;
  /** How modules connect after credentials were rotated; absent where somebody else hands them out. */
  renewed?: () => Promise<Connections>;
  /** Where the archives of retired events are; without it none can be read. */
  archiveDir?: string;
  /** The field of payloads that names the key which an event concerns beside its own aggregate's. */
  relatedBy: string;
  /** For tests of faults alone. */
  probe?: Probe;
  /** This process alone uses the database, as with the embedded server. */
  alone: boolean;
}

export const FOUNDATION = Symbol('foundation');

/** Holds the modules together: opens their databases, connects their handlers, starts and stops delivery. */
@Shared()
export class Kernel
  implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown, OnApplicationShutdown
{
  private readonly databases = new Map<string, ModuleDatabase>();
  private readonly works = new Map<string, Work>();
  /** Who answers which question and carries out which command in this process. */
  readonly switchboard = new Switchboard();
  private readonly probe: Probe;
  private running: Delivery | undefined;
  private background: Background | undefined;
  private forgetting: NodeJS.Timeout | undefined;
  private draining = false;
  private ending = false;

  constructor(
    @Inject(FOUNDATION) readonly foundation: Foundation,
    private readonly discovery: DiscoveryService,
    private readonly clock: Clock,
    private readonly metrics: DeliveryMetrics,
    private readonly jobMetrics: JobMetrics,
    private readonly log: Log,
  ) {
    this.probe = foundation.probe ?? new Probe();
  }

  async openDatabase(module: string, entities: Type<ObjectLiteral>[]): Promise<ModuleDatabase> {
    const url = this.foundation.connections.get(module);
    if (!url) throw new Error(`The module ${module} has no connection.`);
    const { budgets, renewed } = this.foundation;
    const renew = renewed && (async () => (await renewed()).get(module));
    const declaration = this.declarationOf(module);
    const database = await ModuleDatabase.open(declaration, url, entities, budgets.of(url), renew, this.probe);
    this.databases.set(module, database);
    return database;
  }

  workFor(database: ModuleDatabase): Work {
    const { module } = database.declaration;
    const work = new Work(
      database,
      this.clock,
      () => this.running?.committed(),
      (next) => this.background?.scheduled(module, next),
      readModelsByEvent(this.foundation.declarations),
    );
    this.works.set(module, work);
    return work;
  }

  /** The way a module writes, for those who know only its name (repeated requests). */
  workOf(module: string): Work | undefined {
    return this.works.get(module);
  }

  busFor(module: string): Bus {
    return new Bus(this.declarationOf(module), this.switchboard, (question, error) => {
      this.log.fault(`${question}, asked by ${module}, could not be answered.`, error);
    });
  }

  readModelsFor(database: ModuleDatabase): ReadModels {
    return new ReadModels(database, this.clock, () => this.delivery);
  }

  declarationOf(module: string): Declaration {
    const found = this.foundation.declarations.find((declaration) => declaration.module === module);
    if (!found) throw new Error(`The module ${module} has no ownership.yaml.`);
    return found;
  }

  /** @throws Error before the application has started */
  get delivery(): Delivery {
    if (!this.running) throw new Error('Delivery has not started.');
    return this.running;
  }

  /** @throws Error before the application has started */
  get jobs(): Background {
    if (!this.background) throw new Error('Jobs have not started.');
    return this.background;
  }

  /** What retirement took out of the log; reading it fails where an archive that is needed is missing. */
  get archive(): ArchiveReader {
    const bus = this.databases.get('platform');
    if (!bus) throw new Error('The application has not started.');
    return new ArchiveReader(bus, this.foundation.archiveDir ?? '');
  }

  /** Databases by module, the platform's own included. */
  get opened(): ReadonlyMap<string, ModuleDatabase> {
    return this.databases;
  }

  async onApplicationBootstrap(): Promise<void> {
    const bus = await this.openDatabase('platform', []);
    this.clock.moveTo(await storedClock(bus));
    const handlers = collectHandlers(this.discovery, this.foundation.declarations, this.databases, this.works);
    for (const [type, handler] of handlers.questions) this.switchboard.questions.set(type, handler);
    for (const [type, route] of handlers.commands) this.switchboard.commands.set(type, route);
    const { alone, relatedBy } = this.foundation;
    const consumers = this.probe.consumersOf(this, handlers.consumers);
    const delivery = new Delivery(bus, consumers, this.clock, this.metrics, this.log, alone, relatedBy);
    const notify = (): void => delivery.jobsChanged();
    const background = new Background(handlers.background, this.clock, this.jobMetrics, this.log, alone, notify);
    delivery.backgroundChanged = () => background.poll();
    this.running = delivery;
    this.background = background;
    await rebuildChanged(consumers);
    await delivery.start();
    background.start();
    const HOUR = 3_600_000;
    this.forgetting = setInterval(() => void this.forgetOld(), HOUR).unref();
  }

  /** From here on this process says that it is not ready, and goes on working: whoever sends requests looks first. */
  drain(): void {
    this.draining = true;
  }

  get isReady(): boolean {
    return !this.draining && !this.ending;
  }

  /** No request is taken any more; those under way end. */
  get isEnding(): boolean {
    return this.ending;
  }

  /** Before the server waits for its connections: whoever waits for an event is answered with what there is. */
  onModuleDestroy(): void {
    this.ending = true;
    this.running?.endWaits();
  }

  /** Jobs have seconds to stop; the delivery that they may wait for is still there. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.background?.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.forgetting);
    await this.running?.stop();
    await Promise.all([...this.databases.values()].map((database) => database.close()));
  }

  /**
   * Moves the clock forward, for good and in every process: the offset lasts across restarts. Delivery here polls
   * before this returns.
   */
  async advanceClock(milliseconds: number): Promise<void> {
    const bus = this.databases.get('platform');
    if (!bus) throw new Error('The application has not started.');
    this.clock.moveTo(await storeClock(bus, milliseconds));
    this.background?.poll();
    await this.delivery.clockMoved();
  }

  private async forgetOld(): Promise<void> {
    for (const forget of [...this.works.values()].map((work) => () => work.forgetOldAnswers()))
      await forget().catch((error: unknown) => {
        this.log.fault('Old idempotency records could not be dropped.', error as Error);
      });
    await this.jobs.forgetOld();
  }
}
