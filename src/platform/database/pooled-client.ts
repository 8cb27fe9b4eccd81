import pg from 'pg';

/** As the driver itself turns values into what is sent; its type declarations leave it out. */
const { prepareValue } = (pg as unknown as { utils: { prepareValue(value: unknown): string | Buffer | null } }).utils;

type Answered = (error: Error) => void;

/** A client of a module's pool. */
export class PooledClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    // Between being handed out and being listened to, nobody hears its errors: a connection that the server ends just
    // then, as in a failover under load, would end the whole process. Its next query fails anyway.
    this.on('error', () => undefined);
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
      if (!answered) return Promise.reject(error as Error) as never;
      process.nextTick(answered, error);
      return undefined as never;
    }
  }
}

const prepared = (value: unknown): string | Buffer | null => prepareValue(value);

function withValuesReady(config: unknown): unknown {
  const { values, submit } = (config ?? {}) as { values?: unknown; submit?: unknown };
  // What submits itself (a COPY) has its own way to send.
  if (typeof config !== 'object' || submit !== undefined || !Array.isArray(values)) return config;
  return { ...config, values: values.map(prepared) };
}

/** Whether a connection can be used again after a fault: a statement was refused, and nothing else happened. */
export const isUsableAfter = (fault: unknown): boolean =>
  fault instanceof pg.DatabaseError && fault.severity === 'ERROR';
