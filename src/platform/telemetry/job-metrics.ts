import { Counter, Gauge } from 'prom-client';
import { Shared } from '../base/shared.js';
import { DeliveryMetrics } from './metrics.js';

/** What goes on in the background of this process, by module and name. */
@Shared()
export class JobMetrics {
  private readonly running: Gauge<'module' | 'name'>;
  private readonly failures: Counter<'module' | 'name'>;
  private readonly fires: Counter<'module' | 'name'>;
  private readonly deaths: Counter<'module' | 'name'>;
  private readonly due: Gauge<'module'>;

  constructor({ registry }: DeliveryMetrics) {
    const registers = [registry];
    const labelNames = ['module', 'name'] as const;
    const counter = (name: string, help: string): Counter<'module' | 'name'> =>
      new Counter({ name, help, labelNames, registers });
    this.running = new Gauge({ name: 'remit_jobs_running', help: 'Jobs under way here.', labelNames, registers });
    this.failures = counter('remit_jobs_failed_total', 'Jobs whose last try has failed.');
    this.fires = counter('remit_timers_fired_total', 'Timers that have fired.');
    this.deaths = counter('remit_timers_dead_total', 'Timers whose last try has failed.');
    this.due = new Gauge({
      name: 'remit_timers_oldest_due_seconds',
      help: 'How long the timer that is longest due has waited, by the application\u2019s clock.',
      labelNames: ['module'],
      registers,
    });
  }

  began(module: string, name: string): void {
    this.running.inc({ module, name });
  }

  ended(module: string, name: string): void {
    this.running.dec({ module, name });
  }

  failed(module: string, name: string): void {
    this.failures.inc({ module, name });
  }

  fired(module: string, name: string): void {
    this.fires.inc({ module, name });
  }

  timerDied(module: string, name: string): void {
    this.deaths.inc({ module, name });
  }

  oldestDue(module: string, seconds: number): void {
    this.due.set({ module }, seconds);
  }
}
