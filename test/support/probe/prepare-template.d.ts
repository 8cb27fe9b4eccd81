import type { Declaration } from '../../../src/platform/ownership/declaration.js';

/** Makes an empty database one of the platform and the probe's modules. */
export function prepareProbeTemplate(url: string, platform: Declaration): Promise<void>;
