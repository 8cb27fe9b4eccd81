import type { ModuleDatabase } from '../database/module-database.js';
import type { Work } from '../messaging/work.js';
import type { JobDeclaration } from '../ownership/declaration.js';
import type { JobHandler, TimerHandler } from './handlers.js';

export interface JobRegistration extends JobDeclaration {
  name: string;
  handler: JobHandler;
}

export interface TimerRegistration {
  name: string;
  attempts: number;
  handler: TimerHandler;
}

/** All that one module has in the background, as the application registers it. */
export interface ModuleRegistration {
  database: ModuleDatabase;
  work: Work;
  jobs: readonly JobRegistration[];
  timers: readonly TimerRegistration[];
}
