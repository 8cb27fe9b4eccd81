import type pg from 'pg';
import { connectOf, replaceConnect, type Connected } from './pool-connect.js';

/** As often as credentials may be rotated between one read of them and the connection that uses it. */
const TRIES = 3;

/** Whether the server has another password by now. */
export const isRefusedPassword = (error: unknown): boolean => (error as { code?: string } | null)?.code === '28P01';

/**
 * Lets a pool outlive a rotation of credentials. Connections that are open stay; a new one whose password is refused
 * is tried again as one connects by now, and whoever waits for it waits a little longer.
 */
export function renewPasswords(pool: pg.Pool, renewed: () => Promise<string | undefined>): void {
  const connect = connectOf(pool);
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
  replaceConnect(pool, (connected) => {
    attempt(connected, TRIES);
  });
}
