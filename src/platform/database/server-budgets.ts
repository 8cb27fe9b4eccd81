import pg from 'pg';
import { ConfigurationError } from '../base/environment.js';
import { ConnectionBudget, GUARANTEED } from './connection-budget.js';
import type { Connections } from './module-variables.js';

/** What no module needs more of: more at once only wait for the same disk and processors. */
const MOST_OF_A_POOL = 8;
/** The connection on which replicas notify each other, beside the pools. */
const NOTIFICATIONS = 1;
/** Preparing the database and migrating it at start, besides what already runs. */
const AT_START = 2;
/** One replica more than one, so that one can be replaced or lost. */
const REPLICAS = 2;

/** The server that a connection leads to, whatever the user and the database. */
export function serverOf(url: string): string {
  const { hostname, port, searchParams } = new URL(url);
  return `${searchParams.get('host') ?? hostname.toLowerCase()}:${port === '' ? '5432' : port}`;
}

/** What each process may open on one server, for its pools and for notifications of replicas. */
export interface Share {
  /** Connections that the server has for others than its superuser. */
  has: number;
  /** Pools of this process that lead there. */
  pools: number;
  /** This process alone uses the server. */
  alone: boolean;
}

/** What a process needs to do anything at all. */
export const fewest = ({ pools }: Pick<Share, 'pools'>): number => pools * GUARANTEED + NOTIFICATIONS;

/**
 * Connections that a process takes of a server unless told: two replicas fit, and one of them may be starting. Where
 * only one fits, it takes what it needs.
 */
export function fitting({ has, pools, alone }: Share): number {
  const share = (alone ? has : Math.floor(has / REPLICAS)) - AT_START;
  const wanted = Math.min(share, pools * MOST_OF_A_POOL + NOTIFICATIONS);
  return Math.max(wanted, Math.min(fewest({ pools }), has - AT_START));
}

/** The budgets of a process, one for each server that a module's connection leads to. */
export class ServerBudgets {
  private readonly budgets = new Map<string, ConnectionBudget>();

  /** @param most connections that the pools may open on a server */
  constructor(private readonly most: (server: string) => number) {}

  /**
   * Shares what each server has.
   * @param asked the connections that the process may open on each server, if somebody has decided
   * @throws ConfigurationError when a server has, or was given, fewer connections than there are modules
   */
  static async of(connections: Connections, alone: boolean, asked?: number): Promise<ServerBudgets> {
    const urls = [...connections.values()];
    const most = new Map<string, number>();
    for (const url of urls) {
      const server = serverOf(url);
      if (most.has(server)) continue;
      const pools = urls.filter((each) => serverOf(each) === server).length;
      const share = { has: await connectionsOf(url), pools, alone };
      most.set(server, connectionsFor(server, share, asked) - NOTIFICATIONS);
    }
    return new ServerBudgets((server) => most.get(server) ?? 0);
  }

  /** What the process opens at most on each server. */
  static inWords(connections: Connections, budgets: ServerBudgets): string {
    const servers = new Map(
      [...connections.values()].map((url) => [serverOf(url), budgets.of(url).most + NOTIFICATIONS]),
    );
    return [...servers].map(([server, most]) => `${most} connections to ${server}`).join(', ');
  }

  of(url: string): ConnectionBudget {
    const server = serverOf(url);
    const budget = this.budgets.get(server) ?? new ConnectionBudget(this.most(server), MOST_OF_A_POOL);
    this.budgets.set(server, budget);
    return budget;
  }
}

/** @throws ConfigurationError when the process could not do anything with so few, or the server has not so many */
function connectionsFor(server: string, share: Share, asked: number | undefined): number {
  const needed = `${share.pools} modules and the connection between processes need ${fewest(share)}`;
  if (asked !== undefined && asked < fewest(share))
    throw new ConfigurationError(`REMIT_DB_CONNECTIONS is ${asked}, and ${needed} on ${server}: raise it.`);
  if (asked !== undefined && asked > share.has)
    throw new ConfigurationError(
      `REMIT_DB_CONNECTIONS is ${asked}, and ${server} has ${share.has} for all processes: lower it, or raise max_connections there.`,
    );
  const connections = asked ?? fitting(share);
  if (connections < fewest(share))
    throw new ConfigurationError(
      `The server ${server} has ${share.has} connections, and ${needed} and ${AT_START} more at start: raise its max_connections.`,
    );
  return connections;
}

/** Connections that the server has for others than its superuser. */
async function connectionsOf(url: string): Promise<number> {
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
