import { FaultPoints } from '../database/fault-points.js';
import type { ModuleDatabase } from '../database/module-database.js';
import type { Registration } from '../messaging/delivery.js';
import type { Work } from '../messaging/work.js';

/** The modules of the process, for a consumer of a test's own. */
export interface OpenedModules {
  readonly opened: ReadonlyMap<string, ModuleDatabase>;
  workOf(module: string): Work | undefined;
}

/** What a test of faults may add to an application: at its points, and to its consumers. Here it adds nothing. */
export class Probe extends FaultPoints {
  /** The consumers to deliver to, given those that the application has. Called once, before delivery starts. */
  consumersOf(_modules: OpenedModules, registered: readonly Registration[]): readonly Registration[] {
    return registered;
  }
}
