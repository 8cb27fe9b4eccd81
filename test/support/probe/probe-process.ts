import { CASEWORK } from '../../../src/casework/domain.js';
import { Clock } from '../../../src/platform/base/clock.js';
import { ConnectionBudget } from '../../../src/platform/database/connection-budget.js';
import { ModuleDatabase } from '../../../src/platform/database/module-database.js';
import { Delivery, type Registration } from '../../../src/platform/messaging/delivery.js';
import { ReadModels } from '../../../src/platform/projections/read-models.js';
import { Background } from '../../../src/platform/jobs/background.js';
import { Work } from '../../../src/platform/messaging/work.js';
import { Log } from '../../../src/platform/telemetry/log.js';
import { JobMetrics } from '../../../src/platform/telemetry/job-metrics.js';
import { DeliveryMetrics } from '../../../src/platform/telemetry/metrics.js';
import type { TestDatabase } from '../database.js';
import { BackgroundInterference, CountGadget, MakeGadgets, ShelveGadget, TidyGadgets } from './background.js';
import { GadgetMade, GadgetPainted, GadgetShelved } from './contracts.js';
import { declarationOf } from './declarations.js';
import { Echo } from './echo.js';
import { Gadget, GadgetNote } from './gadget.js';
import { EchoReaction, GadgetList, Interference } from './handlers.js';

export const LIST = 'mirror.gadget-list';
export const ECHOES = 'mirror.echoes';

/** One process as far as the database can tell: its own connections, clock, work and delivery. */
export class ProbeProcess {
  readonly interference = new Interference();
  readonly background = new BackgroundInterference();
  readonly clock = new Clock();
  readonly metrics = new DeliveryMetrics();
  readonly jobMetrics = new JobMetrics(this.metrics);
  readonly work: Work;
  readonly mirrorWork: Work;
  readonly readModels: ReadModels;
  private running: Delivery | undefined;
  private working: Background | undefined;

  private constructor(
    readonly bus: ModuleDatabase,
    readonly probe: ModuleDatabase,
    readonly mirror: ModuleDatabase,
  ) {
    const committed = (): void => this.running?.committed();
    this.work = new Work(probe, this.clock, committed, (next) => this.working?.scheduled('probe', next));
    this.mirrorWork = new Work(mirror, this.clock, committed);
    this.readModels = new ReadModels(mirror, this.clock, () => this.delivery);
  }

  static async open({ connections }: TestDatabase): Promise<ProbeProcess> {
    const open = (module: string, ...entities: (new () => object)[]): Promise<ModuleDatabase> =>
      ModuleDatabase.open(declarationOf(module), connections.get(module) ?? '', entities, new ConnectionBudget(10));
    return new ProbeProcess(
      await open('platform'),
      await open('probe', Gadget, GadgetNote),
      await open('mirror', Echo),
    );
  }

  get list(): Registration {
    const handler = new GadgetList(this.interference);
    const consumes = [GadgetMade, GadgetPainted];
    return this.registered('gadget-list', 'projection', handler, consumes);
  }

  get echoes(): Registration {
    const handler = new EchoReaction(this.interference);
    const consumes = [GadgetMade, GadgetPainted, GadgetShelved];
    return this.registered('echoes', 'reaction', handler, consumes);
  }

  get delivery(): Delivery {
    if (!this.running) throw new Error('This process does not deliver.');
    return this.running;
  }

  /** @param alone whether it may take what another process holds */
  async deliver(registrations: readonly Registration[], alone = true): Promise<Delivery> {
    const log = new Log('silent');
    this.running = new Delivery(this.bus, registrations, this.clock, this.metrics, log, alone, CASEWORK.relatedBy);
    await this.running.start();
    return this.running;
  }

  async stopDelivering(): Promise<void> {
    await this.running?.stop();
    this.running = undefined;
  }

  /**
   * Carries out the probe's jobs and fires its timers.
   * @param alone whether it takes at once what another process holds
   * @param recurring whether also what comes again by itself
   */
  startBackground({ alone = true, recurring = false } = {}): Background {
    const jobs = this.probe.declaration.jobs;
    const handlers = { 'make-gadgets': new MakeGadgets(this.work, this.background), 'tidy-gadgets': new TidyGadgets(this.background) }; // prettier-ignore
    const timers = { 'shelve-gadget': new ShelveGadget(this.background), 'count-gadget': new CountGadget(this.background) }; // prettier-ignore
    const registration = {
      database: this.probe,
      work: this.work,
      jobs: Object.entries(handlers)
        .map(([name, handler]) => ({ attempts: 1, ...jobs[name], name, handler }))
        .filter(({ every_seconds: every }) => recurring || every === undefined),
      timers: Object.entries(timers).map(([name, handler]) => ({ name, handler, attempts: 3 })),
    };
    this.working = new Background(
      [registration],
      this.clock,
      this.jobMetrics,
      new Log('silent'),
      alone,
      () => undefined,
    );
    this.working.start();
    return this.working;
  }

  async stopBackground(): Promise<void> {
    await this.working?.stop();
    this.working = undefined;
  }

  async close(): Promise<void> {
    await this.stopBackground();
    await this.stopDelivering();
    await Promise.all([this.bus, this.probe, this.mirror].map((database) => database.close()));
  }

  private registered(
    name: string,
    kind: Registration['kind'],
    handler: Registration['handler'],
    consumes: Registration['options']['consumes'],
  ): Registration {
    const { mirror: database, mirrorWork: work } = this;
    return { name: `mirror.${name}`, kind, options: { name, consumes }, handler, database, work };
  }
}
