import pg from 'pg';

const MOST = 8;
const FEWEST = 2;
/** The connection on which neighbours are heard. */
const NEIGHBOURS = 1;
/** Preparing the database and migrating it at start, besides what already runs. */
const AT_START = 2;
/** One replica more than one, so that one can be replaced or lost. */
const REPLICAS = 2;

/** Connections that a process opens at most once it runs: each module's, the log's, and the one to hear neighbours on. */
export const mostConnections = (poolSize: number, pools: number): number => poolSize * pools + NEIGHBOURS;

/**
 * What each of so many pools may open at most, so that the processes on a server never ask it for more connections than
 * it has: refused under load is later found out than slow.
 */
export function poolSizeFor(connections: number, pools: number, alone: boolean): number {
  const share = alone ? connections : Math.floor(connections / REPLICAS);
  return Math.max(FEWEST, Math.min(MOST, Math.floor((share - NEIGHBOURS - AT_START) / pools)));
}

/** Connections that the server has for others than its superuser. */
export async function connectionsOf(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ connections: number }>(
      `SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
         - coalesce(current_setting('reserved_connections', true)::int, 0) AS connections`,
    );
    return rows[0]?.connections ?? 0;
  } finally {
    await client.end();
  }
}
