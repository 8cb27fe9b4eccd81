import pg from 'pg';
import { ConfigurationError } from '../base/environment.js';

interface Fault extends Error {
  code?: string;
  /** Of an attempt at several addresses of one name, whose own message is empty. */
  errors?: readonly Fault[];
}

/** Why a server cannot be used, by PostgreSQL's code or the system's, and how to mend it. */
const REASONS: Readonly<Record<string, string>> = {
  '28P01': 'the server refuses the user or the password. Correct them.',
  '28000': 'the server does not let this user in from here. Correct the user, or its pg_hba.conf.',
  '3D000': 'there is no such database on the server. Create it, or name one that exists.',
  '42501': 'its user lacks a right. Use an administrator who may create roles and schemas.',
  '53300': 'the server has no connection left. Raise its max_connections, or lower REMIT_DB_CONNECTIONS.',
  '57P03': 'the server is still starting or stopping. Start again when it is up.',
  ECONNREFUSED: 'nothing answers there. Start the server, or correct host and port.',
  ENOTFOUND: 'there is no such host. Correct it.',
  EAI_AGAIN: 'its host cannot be looked up now. Correct it, or mend the name service.',
  ETIMEDOUT: 'the server does not answer in time. Correct host and port, or open the way there.',
  EHOSTUNREACH: 'there is no way to the host. Correct it, or open the way there.',
  ECONNRESET: 'the connection was cut. See the server\u2019s log.',
};

const STANDBY = 'it leads to a standby, on which nothing can be written. Name the primary.';
/** What a start waits for its server: many processes that start at once keep it busy. */
export const CONNECT_WITHIN_MS = 30_000;

/**
 * Connects.
 * @param variable that the connection was given by
 * @throws ConfigurationError that names it when the server cannot be used
 */
export async function connected(url: string, variable: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_WITHIN_MS });
  // A server that goes away in between rejects the query under way; the event itself needs a listener.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ standby: boolean }>('SELECT pg_is_in_recovery() AS standby');
    if (rows[0]?.standby) throw new ConfigurationError(`${variable} (${placeOf(url)}): ${STANDBY}`);
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw explained(error, variable, url);
  }
}

/** One line that names the variable, the server and how to mend it; never the password. */
export function explained(error: unknown, variable: string, url: string): Error {
  const { code, errors, message } = error as Fault;
  const found = code ?? errors?.[0]?.code ?? (message.includes('timeout') ? 'ETIMEDOUT' : undefined);
  const reason = found === undefined ? undefined : REASONS[found];
  if (reason === undefined) return error as Error;
  return new ConfigurationError(`${variable} (${placeOf(url)}): ${reason} (${found})`, { cause: error });
}

function placeOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}
