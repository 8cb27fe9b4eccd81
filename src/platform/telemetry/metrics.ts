import { Shared } from '../base/shared.js';
import { setTimeout as pause } from 'node:timers/promises';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** How long one metric may take to collect. */
const COLLECT_MS = 1_000;
const FAILURES = 'remit_metrics_collect_failures_total';

/** What happened to events on their way to consumers. */
@Shared()
export class DeliveryMetrics {
  readonly registry = new Registry();
  private readonly appliedEvents = this.counter('remit_consumer_applied_total', 'Events applied.');
  private readonly duplicateEvents = this.counter(
    'remit_inbox_duplicates_total',
    'Events received again, without a second effect.',
  );
  private readonly staleEvents = this.counter(
    'remit_stale_events_ignored_total',
    'Events older than the row they would touch.',
  );
  private readonly parkedEvents = this.counter('remit_events_parked_total', 'Events parked after a fault.');
  private readonly retriedEvents = this.counter('remit_events_retried_total', 'Parked events applied at a later try.');
  private readonly deadEvents = this.counter('remit_events_dead_total', 'Events that became dead letters.');
  private readonly postponedEvents = new Counter({
    name: 'remit_events_postponed_total',
    help: 'Events put off because an owner that was asked did not answer.',
    labelNames: ['consumer', 'owner'],
    registers: [this.registry],
  });
  private readonly undoneBatches = new Counter({
    name: 'remit_reactions_undone_total',
    help: 'Transactions of several reactions that were rolled back, each then handled by itself.',
    labelNames: ['consumer', 'fault'],
    registers: [this.registry],
  });
  readonly lag = new Gauge({
    name: 'remit_consumer_lag_seconds',
    help: 'How far a consumer may be behind now.',
    labelNames: ['consumer'],
    registers: [this.registry],
  });
  readonly streams = new Gauge({
    name: 'remit_event_streams',
    help: 'Streams of events that are open.',
    registers: [this.registry],
  });
  readonly connections = new Gauge({
    name: 'remit_db_connections',
    help: 'Connections to the database that a module has open and has idle, and how many are waited for.',
    labelNames: ['module', 'state'],
    registers: [this.registry],
  });
  private readonly failures = new Counter({
    name: FAILURES,
    help: 'How often a metric could not be collected, and was left out.',
    labelNames: ['metric'],
    registers: [this.registry],
  });
  readonly requests = new Histogram({
    name: 'remit_http_request_seconds',
    help: 'Time to answer a request.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [this.registry],
  });

  applied(consumer: string, count: number): void {
    this.appliedEvents.inc({ consumer }, count);
  }

  duplicates(consumer: string, count: number): void {
    if (count > 0) this.duplicateEvents.inc({ consumer }, count);
  }

  stale(consumer: string, count: number): void {
    if (count > 0) this.staleEvents.inc({ consumer }, count);
  }

  parked(consumer: string): void {
    this.parkedEvents.inc({ consumer });
  }

  retried(consumer: string): void {
    this.retriedEvents.inc({ consumer });
  }

  died(consumer: string): void {
    this.deadEvents.inc({ consumer });
  }

  /** As Prometheus reads them. What cannot be collected in a second is left out, and counted. */
  async exposition(): Promise<string> {
    const names = this.registry.getMetricsAsArray().map(({ name }) => name);
    const collected = await Promise.all(
      names
        .filter((name) => name !== FAILURES)
        .map(async (name) => {
          const late = new AbortController();
          try {
            const timer = pause(COLLECT_MS, undefined, { signal: late.signal, ref: false }).catch(() => undefined);
            const text = await Promise.race([this.registry.getSingleMetricAsString(name), timer]);
            if (text !== undefined) return [text];
          } catch {
            // Counted below, like one that is late.
          } finally {
            late.abort();
          }
          this.failures.inc({ metric: name });
          return [];
        }),
    );
    const failures = await this.registry.getSingleMetricAsString(FAILURES);
    return `${[...collected.flat(), failures].join('\n\n')}\n`;
  }

  postponed(consumer: string, owner: string): void {
    this.postponedEvents.inc({ consumer, owner });
  }

  undone(consumer: string, fault: string): void {
    this.undoneBatches.inc({ consumer, fault });
  }

  private counter(name: string, help: string): Counter<'consumer'> {
    return new Counter({ name, help, labelNames: ['consumer'], registers: [this.registry] });
  }
}
