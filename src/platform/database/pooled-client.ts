import pg from 'pg';
import type { OpenConnections } from './open-connections.js';

/** As the driver itself turns values into what is sent; its type declarations leave it out. */
const { utils } = pg as unknown as { utils: { prepareValue(value: unknown): string | Buffer | null } };

type Answered = (error: Error) => void;

/** As long as the server may take to end a connection that is given up; whoever waits for its place waits longer. */
const ENDS_WITHIN_MS = 3_000;

export interface PooledClientConfig extends pg.ClientConfig {
  /** Lets connections open, and is notified when they have ended. */
  budget: OpenConnections;
}

/** A client of a module's pool. */
export class PooledClient extends pg.Client {
  private readonly budget: OpenConnections;

  constructor(config: PooledClientConfig) {
    super(config);
    this.budget = config.budget;
    // Between being handed out and being listened to, nobody handles its errors: a connection that the server ends just
    // then, as in a failover under load, would end the whole process. Its next query fails anyway.
    this.on('error', () => undefined);
  }

  /** As the pool connects: once the budget has room, which a connection that is just ending may still take. */
  override connect(callback?: Answered | ((error: null, client: pg.Client) => void)): never {
    if (!callback) throw new TypeError('A client of a pool is connected by the pool.');
    const connected = callback as Answered;
    this.budget.enter((error) => {
      if (error) {
        connected(error);
        return;
      }
      this.once('end', () => {
        this.budget.leave();
      });
      super.connect(connected);
    });
    return undefined as never;
  }

  /**
   * Says goodbye, and hangs up on a server that does not answer it: one that stands still, or that no way leads to any
   * more, would keep the connection, and with it a place in the budget, for as long as the system goes on trying.
   */
  override end(ended?: Answered): never {
    const late = setTimeout(() => {
      this.connection.stream.destroy();
    }, ENDS_WITHIN_MS).unref();
    this.once('end', () => {
      clearTimeout(late);
    });
    return (super.end as (callback?: Answered) => unknown).call(this, ended) as never;
  }

  /**
   * As every client's, but values are made ready before anything is sent. The driver does so between preparing a named
   * statement and using it: a value that cannot be sent, such as an object with a BigInt, left a connection that took
   * the statement for prepared when it was not, and a transaction that could still be committed without it.
   *
   * What it answers has as many forms as what it is given; nothing is changed in them here.
   */
  override query(...[config, values, ...others]: unknown[]): never {
    try {
      const [ready, readyValues] = [withValuesReady(config), Array.isArray(values) ? values.map(prepared) : values];
      return (super.query as (...given: unknown[]) => unknown).call(this, ready, readyValues, ...others) as never;
    } catch (error) {
      const answered = [values, ...others].find((each): each is Answered => typeof each === 'function');
      if (!answered) return Promise.reject(error instanceof Error ? error : new Error(String(error))) as never;
      process.nextTick(answered, error);
      return undefined as never;
    }
  }
}

const prepared = (value: unknown): string | Buffer | null => utils.prepareValue(value);

function withValuesReady(config: unknown): unknown {
  const { values, submit } = (config ?? {}) as { values?: unknown; submit?: unknown };
  // What submits itself (a COPY) has its own way to send.
  if (typeof config !== 'object' || submit !== undefined || !Array.isArray(values)) return config;
  return { ...config, values: values.map(prepared) };
}

/** Whether a connection can be used again after a fault: a statement was refused, and nothing else happened. */
export const isUsableAfter = (fault: unknown): boolean =>
  fault instanceof pg.DatabaseError && fault.severity === 'ERROR';
