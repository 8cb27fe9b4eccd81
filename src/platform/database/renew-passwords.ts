import type pg from 'pg';

/** As often as credentials may be rotated between one look at them and the connection that uses it. */
const TRIES = 3;

/** Whether the server has another password by now. */
export const isRefusedPassword = (error: unknown): boolean => (error as { code?: string } | null)?.code === '28P01';

type Release = (error?: boolean | Error) => void;
type Connected = (error: Error | undefined, client: pg.PoolClient | undefined, release: Release) => void;

/**
 * Lets a pool outlive a rotation of credentials. Connections that are open stay; a new one whose password is refused
 * is tried again as one connects by now, and whoever waits for it waits a little longer.
 */
export function renewPasswords(pool: pg.Pool, renewed: () => Promise<string | undefined>): void {
  const connect = pool.connect.bind(pool) as (connected: Connected) => void;
  const attempt = (connected: Connected, tries: number): void => {
    connect((error, client, release) => {
      if (!isRefusedPassword(error) || tries === 1) {
        connected(error, client, release);
        return;
      }
      renewed().then(
        (connectionString) => {
          pool.options.connectionString = connectionString;
          attempt(connected, tries - 1);
        },
        (trouble: unknown) => {
          connected(trouble as Error, undefined, () => undefined);
        },
      );
    });
  };
  const promised = (): Promise<pg.PoolClient> =>
    new Promise((resolve, reject) => {
      attempt((error, client) => {
        if (client) resolve(client);
        else reject(error ?? new Error('The pool gave no connection.'));
      }, TRIES);
    });
  pool.connect = ((connected?: Connected) => {
    if (!connected) return promised();
    attempt(connected, TRIES);
    return undefined;
  }) as pg.Pool['connect'];
}
