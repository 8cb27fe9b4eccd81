import type { DiscoveryService } from '@nestjs/core';
import type { ModuleDatabase } from '../database/module-database.js';
import type { Found } from '../messaging/disagreements.js';
import { BOUNDED_CONTEXT } from '../messaging/handlers.js';
import type { Work } from '../messaging/work.js';
import { jobsOf, PLATFORM_JOBS } from '../ownership/declared-jobs.js';
import { JOB, TIMER, type JobHandler, type TimerHandler } from './handlers.js';
import type { JobRegistration, ModuleRegistration, TimerRegistration } from './registrations.js';

/** What is found of a module; the declaration says how often each may be tried. */
interface Collected extends ModuleRegistration {
  jobs: JobRegistration[];
  timers: TimerRegistration[];
}

/** Finds the handlers of jobs and timers in the modules that are loaded, and the platform's own for each of them. */
export function collectBackground(
  discovery: DiscoveryService,
  databases: ReadonlyMap<string, ModuleDatabase>,
  works: ReadonlyMap<string, Work>,
): { background: ModuleRegistration[]; found: Found[] } {
  const background = new Map<string, Collected>();
  for (const [module, work] of works) {
    const database = databases.get(module);
    if (database) background.set(module, { database, work, jobs: [], timers: [] });
  }
  const found: Found[] = [];
  for (const { instance, metatype, host } of discovery.getProviders()) {
    if (!metatype || !instance) continue;
    const job = Reflect.getMetadata(JOB, metatype) as { name: string } | undefined;
    const timer = Reflect.getMetadata(TIMER, metatype) as { name: string } | undefined;
    if (!job && !timer) continue;
    const context = Reflect.getMetadata(BOUNDED_CONTEXT, host?.metatype ?? {}) as string | undefined;
    for (const [module, { database, jobs, timers }] of background) {
      const { declaration } = database;
      const isItsOwn = context === module;
      const isThePlatforms = context === undefined && PLATFORM_JOBS[job?.name ?? '']?.isOf(declaration) === true;
      if (job && (isItsOwn || isThePlatforms)) {
        found.push({ module, kind: 'job', name: job.name, consumes: [] });
        const declared = jobsOf(declaration)[job.name];
        if (declared) jobs.push({ ...declared, name: job.name, handler: instance as JobHandler });
      }
      if (timer && isItsOwn) {
        found.push({ module, kind: 'timer', name: timer.name, consumes: [] });
        const declared = declaration.timers[timer.name];
        if (declared) timers.push({ ...declared, name: timer.name, handler: instance as TimerHandler });
      }
    }
  }
  return { background: [...background.values()], found };
}
