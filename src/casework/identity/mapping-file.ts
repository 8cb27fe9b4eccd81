import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { ConfigurationError } from '../../platform/base/configuration.js';
import type { Log } from '../../platform/telemetry/log.js';
import { readIdentityMapping, type IdentityMapping } from './identity-mapping.js';

/** Polled rather than listened to: notices of changes are lost on mounted folders. */
const POLL_MS = 1_000;

/** The mapping file as it is now: within a second of a change, what it says is what requests are decided by. */
export class MappingFile {
  private read: IdentityMapping;

  /** @throws ConfigurationError in one line naming the file, the key and how to mend it */
  constructor(
    private readonly path: string,
    private readonly log: Log,
  ) {
    this.read = this.load();
    watchFile(path, { interval: POLL_MS, persistent: false }, this.reload);
  }

  get current(): IdentityMapping {
    return this.read;
  }

  close(): void {
    unwatchFile(this.path, this.reload);
  }

  /** A file that cannot be used changes nothing: half of an edit must not lock everybody out, nor let anybody in. */
  private readonly reload = (): void => {
    try {
      this.read = this.load();
      this.log.log('The identity mapping was read again.');
    } catch (error) {
      this.log.error(`The identity mapping of before still applies: ${(error as Error).message}`);
    }
  };

  private load(): IdentityMapping {
    try {
      return readIdentityMapping(readFileSync(this.path, 'utf8'));
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const why =
        code === undefined ? message : `the file cannot be read (${code}). Name a file that this user can read.`;
      throw new ConfigurationError(`REMIT_IDENTITY_MAPPING ${this.path}: ${why}`);
    }
  }
}
