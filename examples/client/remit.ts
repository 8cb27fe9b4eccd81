import createClient, { type Client } from 'openapi-fetch';
import type { components, paths } from './schema.js';

/** Every operation of the API, with what it takes and answers, as its description has them. */
export type Remit = Client<paths>;

export type Problem = components['schemas']['Problem'];

/** The API, without a token or with that of an officer. */
export const remitAt = (baseUrl: string, accessToken?: string): Remit =>
  createClient<paths>({
    baseUrl,
    ...(accessToken !== undefined && { headers: { authorization: `Bearer ${accessToken}` } }),
  });

/** The API in the name of a demo officer, whom only a development machine knows. */
export async function asOfficer(baseUrl: string, actorId: string): Promise<Remit> {
  const asked = remitAt(baseUrl).POST('/api/v1/dev/token', { body: { actorId } });
  const { accessToken } = await answered(asked);
  return remitAt(baseUrl, accessToken);
}

/** The API refused. `problem` says why and how to mend it. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem,
  ) {
    super(`${problem.detail} (${problem.errorCode})`);
  }
}

interface Reply<Data> {
  data?: Data;
  error?: Problem;
  response: Response;
}

/** @throws Refused when it is no success */
export async function answered<Data>(reply: Promise<Reply<Data>>): Promise<NonNullable<Data>> {
  const { data, error, response } = await reply;
  if (error) throw new Refused(response.status, error);
  if (data === undefined || data === null) throw new Error(`${response.url} answered nothing.`);
  return data;
}

/** The header of a command that changes what its path names: the version that was read last. */
export const ifMatch = (version: number): { 'If-Match': string } => ({ 'If-Match': `"${version}"` });

const PAUSE_MS = 100;
const LONGEST_MS = 30_000;

/**
 * Asks again until there is something: what comes about by events takes a moment.
 * @throws Error when there is nothing after half a minute
 */
export async function eventually<Found>(ask: () => Promise<Found | undefined>): Promise<Found> {
  for (const end = Date.now() + LONGEST_MS; Date.now() < end;) {
    const found = await ask();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  throw new Error('It has not come about.');
}
