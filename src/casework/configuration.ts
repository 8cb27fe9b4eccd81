import { join, resolve } from 'node:path';
import { readConfiguration as readWith, type Configuration } from '../platform/base/configuration.js';
import type { Variables } from '../platform/base/environment.js';

/** Everything that the environment may say. The README's table lists the same variables and defaults. */
export interface CaseworkConfiguration extends Configuration {
  /** Where the contents of evidence lie. */
  evidenceDir: string;
  evidenceLimitBytes: number;
}

const GIBIBYTE = 1_073_741_824;
export const CASEWORK_VARIABLES = ['REMIT_EVIDENCE_DIR', 'REMIT_EVIDENCE_LIMIT_BYTES'] as const;

/** `readConfiguration` of the platform, with what case work has to configure. */
export const readConfiguration = (variables?: Variables, options?: { serving?: boolean }): CaseworkConfiguration =>
  readWith(variables, options, CASEWORK_VARIABLES, (environment, { dataDir }) => ({
    evidenceDir: resolve(environment.value('REMIT_EVIDENCE_DIR') ?? join(dataDir, 'evidence')),
    evidenceLimitBytes: environment.whole('REMIT_EVIDENCE_LIMIT_BYTES', 5 * GIBIBYTE, 1_024, 1_024 * GIBIBYTE),
  }));
