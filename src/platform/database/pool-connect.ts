import type pg from 'pg';

export type Release = (error?: boolean | Error) => void;
export type Connected = (error: Error | undefined, client: pg.PoolClient | undefined, release: Release) => void;
export type Connect = (connected: Connected) => void;

/** How a pool gives connections at present. */
export const connectOf = (pool: pg.Pool): Connect => pool.connect.bind(pool) as Connect;

/** Has a pool give connections in another way, to those who pass a callback and to those who wait for a promise alike. */
export function replaceConnect(pool: pg.Pool, connect: Connect): void {
  const promised = (): Promise<pg.PoolClient> =>
    new Promise((resolve, reject) => {
      connect((error, client) => {
        if (client) resolve(client);
        else reject(error ?? new Error('The pool gave no connection.'));
      });
    });
  pool.connect = ((connected?: Connected) => (connected ? connect(connected) : promised())) as pg.Pool['connect'];
}
