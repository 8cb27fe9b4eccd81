import type { Configuration } from '../base/configuration.js';
import { runningServerUrl } from './embedded/running-server.js';
import { ensurePartitions } from './partitions.js';
import { asAdministrator, presentConnections } from './prepare-database.js';
import type { Connections } from '../database/module-variables.js';
import type { Declaration } from '../ownership/declaration.js';
import type { Log } from '../telemetry/log.js';

const DAY = 86_400_000;

/** What a process with an administrator's connection goes on doing for its database while it runs. */
export class Administration {
  private renewal: Promise<Connections> | undefined;
  private upkeep: NodeJS.Timeout | undefined;

  constructor(
    private readonly configuration: Configuration,
    private readonly declarations: readonly Declaration[],
    private readonly log: Log,
  ) {}

  /** How modules connect by now. Everybody who asks at the same time shares one read. */
  readonly renewed = (): Promise<Connections> => {
    this.renewal ??= this.readConnections().finally(() => (this.renewal = undefined));
    return this.renewal;
  };

  /** Makes partitions ahead once a day: a process may run for longer than they reach. */
  start(): void {
    this.upkeep = setInterval(() => void this.makePartitions(), DAY).unref();
  }

  stop(): void {
    clearInterval(this.upkeep);
  }

  private async readConnections(): Promise<Connections> {
    return presentConnections(await this.url(), this.declarations, this.configuration.moduleUrls);
  }

  /** The embedded administrator's password may have been rotated since this process started. */
  private async url(): Promise<string> {
    const { databaseUrl, dataDir } = this.configuration;
    const url = databaseUrl ?? (await runningServerUrl(dataDir));
    if (!url) throw new Error('The embedded PostgreSQL does not run.');
    return url;
  }

  private async makePartitions(): Promise<void> {
    try {
      await asAdministrator(await this.url(), async (admin) => {
        // Whoever holds a table, such as a backup, is not to make everybody behind us wait: tomorrow will do.
        await admin.query(`SET lock_timeout = '1s'`);
        await ensurePartitions(admin, this.declarations, new Date());
      });
    } catch (error) {
      this.log.fault('Partitions could not be made ahead; it is tried again tomorrow.', error as Error);
    }
  }
}
