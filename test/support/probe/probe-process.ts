import { Clock } from '../../../src/platform/clock.js';
import { ConnectionBudget } from '../../../src/platform/database/connection-budget.js';
import { ModuleDatabase } from '../../../src/platform/database/module-database.js';
import { Delivery, type Registration } from '../../../src/platform/messaging/delivery.js';
import { ReadModels } from '../../../src/platform/projections/read-models.js';
import { Work } from '../../../src/platform/messaging/work.js';
import { Log } from '../../../src/platform/telemetry/log.js';
import { DeliveryMetrics } from '../../../src/platform/telemetry/metrics.js';
import type { TestDatabase } from '../database.js';
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
  readonly clock = new Clock();
  readonly metrics = new DeliveryMetrics();
  readonly work: Work;
  readonly mirrorWork: Work;
  readonly readModels: ReadModels;
  private running: Delivery | undefined;

  private constructor(
    readonly bus: ModuleDatabase,
    readonly probe: ModuleDatabase,
    readonly mirror: ModuleDatabase,
  ) {
    const committed = (): void => this.running?.committed();
    this.work = new Work(probe, this.clock, committed);
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
    this.running = new Delivery(this.bus, registrations, this.clock, this.metrics, log, alone);
    await this.running.start();
    return this.running;
  }

  async stopDelivering(): Promise<void> {
    await this.running?.stop();
    this.running = undefined;
  }

  async close(): Promise<void> {
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
