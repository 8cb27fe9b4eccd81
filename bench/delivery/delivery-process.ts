import { CASEWORK } from '../../src/casework/domain.js';
import 'reflect-metadata';
import { Clock } from '../../src/platform/base/clock.js';
import { ConnectionBudget } from '../../src/platform/database/connection-budget.js';
import { ModuleDatabase } from '../../src/platform/database/module-database.js';
import { Delivery } from '../../src/platform/messaging/delivery.js';
import { Work } from '../../src/platform/messaging/work.js';
import { Log } from '../../src/platform/telemetry/log.js';
import { DeliveryMetrics } from '../../src/platform/telemetry/metrics.js';
import { declarationOf } from '../contexts/contexts.js';
import { Echo } from '../contexts/handlers.js';
import { Item } from '../contexts/item.js';
import { answerCalls } from '../server/answer-calls.js';
import { consumerOf, type ConsumerKind } from './consumers.js';
import { pace, storm } from './writers.js';
import type { Memory } from './lab.js';

const POOL = 8;
const MIB = 2 ** 20;

/** Counts what consumers have committed. */
class AppliedEvents extends DeliveryMetrics {
  private readonly counts = new Map<string, number>();
  private reached: (() => boolean) | undefined;

  override applied(consumer: string, count: number): void {
    super.applied(consumer, count);
    this.counts.set(consumer, (this.counts.get(consumer) ?? 0) + count);
    this.reached?.();
  }

  /** Resolves when each consumer has applied at least so many events. */
  all(consumers: readonly string[], events: number): Promise<void> {
    return new Promise((resolve) => {
      this.reached = () => {
        const done = consumers.every((each) => (this.counts.get(each) ?? 0) >= events);
        if (done) resolve();
        return done;
      };
      this.reached();
    });
  }

  get byConsumer(): Record<string, number> {
    return Object.fromEntries(this.counts);
  }

  of(consumer: string): number {
    return this.counts.get(consumer) ?? 0;
  }
}

let modules: { bus: ModuleDatabase; source: ModuleDatabase; sink: ModuleDatabase };
let alone = true;
const clock = new Clock();
const log = new Log('error');
let running: Delivery | undefined;
let counted = new AppliedEvents();
const committed = (): void => running?.committed();

async function open(options: { connections: [string, string][]; alone: boolean }): Promise<void> {
  const urls = new Map(options.connections);
  alone = options.alone;
  const at = (module: string, ...entities: (new () => object)[]): Promise<ModuleDatabase> =>
    ModuleDatabase.open(declarationOf(module), urls.get(module) ?? '', entities, new ConnectionBudget(POOL));
  modules = { bus: await at('platform'), source: await at('source', Item), sink: await at('sink', Echo) };
}

async function begin(consumers: readonly ConsumerKind[], metrics = new AppliedEvents()): Promise<AppliedEvents> {
  const sink = { database: modules.sink, work: new Work(modules.sink, clock, committed) };
  const registrations = consumers.map((each) => consumerOf(each, sink));
  counted = metrics;
  running = new Delivery(modules.bus, registrations, clock, metrics, log, alone, CASEWORK.relatedBy);
  await running.start();
  return metrics;
}

async function end(): Promise<void> {
  await running?.stop();
  running = undefined;
}

/** Delivers what is in the log, from the start of delivery to the last commit. Answers seconds. */
async function deliver({ consumers, events }: { consumers: ConsumerKind[]; events: number }): Promise<number> {
  const metrics = new AppliedEvents();
  const startedAt = performance.now();
  await begin(consumers, metrics);
  const names = consumers.map((each) => `sink.${each}`);
  await metrics.all(names, events);
  const seconds = (performance.now() - startedAt) / 1000;
  await end();
  const wrong = names.filter((each) => metrics.of(each) !== events);
  if (wrong.length > 0) throw new Error(`${wrong.join(', ')} applied ${wrong.map((each) => metrics.of(each)).join(', ')} of ${events} events.`); // prettier-ignore
  return seconds;
}

/** Starts delivery that goes on until `end`. */
async function live({ consumers }: { consumers: ConsumerKind[] }): Promise<void> {
  await begin(consumers);
}

/** Issues commands at an even rate beside the delivery in this process. */
const paced = (options: { rate: number; seconds: number }): Promise<number> =>
  pace(new Work(modules.source, clock, committed), options);

/** Writers who all want the same few aggregates. */
const stormed = (options: { writers: number; aggregates: number; seconds: number }): Promise<number> =>
  storm(modules.source, committed, options);

function memory(): Memory {
  for (let round = 0; round < 3; round += 1) globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  return { residentMiB: rss / MIB, heapMiB: heapUsed / MIB };
}

const applied = (): Record<string, number> => counted.byConsumer;

answerCalls({ open, deliver, live, end, applied, paced, stormed, memory });
