import { cloneDatabase, type TestDatabase } from './database.js';
import { RemitProcess } from './process.js';

/** Two processes of the whole application on one database, as behind a load balancer. */
export class Replicas {
  private constructor(
    readonly database: TestDatabase,
    private readonly environment: Record<string, string>,
    private readonly running: [RemitProcess, RemitProcess],
  ) {}

  static async start(environment: Record<string, string> = {}): Promise<Replicas> {
    const database = await cloneDatabase();
    const whole = { DATABASE_URL: database.url, REMIT_DEV: '1', LOG_LEVEL: 'info', ...environment };
    const begin = (): Promise<RemitProcess> => RemitProcess.start('', whole);
    return new Replicas(database, whole, await Promise.all([begin(), begin()]));
  }

  get one(): RemitProcess {
    return this.running[0];
  }

  get other(): RemitProcess {
    return this.running[1];
  }

  /** Starts anew what was ended. */
  async replace(ended: RemitProcess): Promise<void> {
    this.running[this.running.indexOf(ended)] = await RemitProcess.start('', this.environment);
  }

  async stop(): Promise<void> {
    await Promise.all(this.running.map((each) => each.stop()));
    await this.database.drop();
  }
}

/** Names of the consumers that a process delivers to, by its own account. */
export async function heldBy({ baseUrl }: RemitProcess): Promise<string[]> {
  const metrics = await (await fetch(`${baseUrl}/metrics`)).text();
  return [...metrics.matchAll(/^remit_consumer_lag_seconds\{consumer="([^"]+)"\}/gm)]
    .map(([, name = '']) => name)
    .sort();
}
