import { DEMO_ACTORS } from '../../src/casework/identity/demo-officers.js';
import { CLASSIFICATIONS, type Actor, type Classification } from '../../src/platform/base/context.js';
import { partyActor } from '../../src/casework/identity/demo-directory.js';
import { demonstration } from '../../src/casework/identity/identity-of.js';
import type { VerifiedToken } from '../../src/platform/identity/authenticator.js';
import { startApplication, TEST_SEED, type TestApplication } from '../support/application.js';
import { makeToken } from '../support/tokens.js';

/** The team of those who make the cases. */
export const TEAM = 'central';

/** Someone who calls: every mix of roles, clearance and team has an officer of its own, and a name tells more apart. */
export interface Caller {
  roles: readonly string[];
  clearance: Classification;
  team: string;
  name?: string;
}

/** What an officer's token and an access grant name the caller by. */
export const idOfCaller = ({ roles, clearance, team, name = 'one' }: Caller): string =>
  [roles.join('+'), clearance, team, name].join('.');

function actorOf(id: string): Actor | undefined {
  const [roles = '', clearance, team, name] = id.split('.');
  if (name === undefined) return undefined;
  return { actorId: id, roles: roles.split('+'), clearance: clearance as Classification, team: team ?? '' };
}

/** Demo officers see everything and are of the team, so that they can make cases of every classification. */
const directory = {
  actorFor({ subject, audience }: VerifiedToken): Actor | undefined {
    if (audience === 'portal') return partyActor(subject);
    const demo = DEMO_ACTORS.get(subject);
    return demo ? { ...demo, clearance: 'RESTRICTED', team: TEAM } : actorOf(subject);
  },
};

export function startWithCallers(): Promise<TestApplication> {
  return startApplication({ identity: { ...demonstration(TEST_SEED), directory } });
}

export interface Call {
  method: string;
  /** Below the API's prefix. */
  path: string;
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
}

export interface Answered {
  status: number;
  headers: Headers;
  text: string;
  errorCode: string | undefined;
}

const tokens = new Map<string, Promise<string>>();

const tokenFor = (by: Caller | 'PARTY'): Promise<string> => {
  const subject = by === 'PARTY' ? 'pty_01KA9Y3V5M8Q2R7T1W4X6Z0B2C' : idOfCaller(by);
  const known = tokens.get(subject);
  if (known) return known;
  const audience = by === 'PARTY' ? 'portal' : 'remit';
  const made = makeToken({
    subject,
    audience,
    expiresIn: 3600,
    ...(by === 'PARTY' && { claims: { partyId: subject } }),
  });
  tokens.set(subject, made);
  return made;
};

/** Calls the API; of a stream only status and headers are read. */
export async function callAs(
  { baseUrl }: Pick<TestApplication, 'baseUrl'>,
  by: Caller | 'NOBODY' | 'PARTY',
  { method, path, body, headers = {} }: Call,
): Promise<Answered> {
  const authorization = by === 'NOBODY' ? undefined : `Bearer ${await tokenFor(by)}`;
  const prefix = /^\/(healthz|readyz|metrics)$/.test(path) ? '' : '/api/v1';
  const isText = typeof body === 'string';
  const response = await fetch(`${baseUrl}${prefix}${path}`, {
    method,
    headers: {
      ...(authorization !== undefined && { authorization }),
      ...(body !== undefined && !isText && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
  });
  const type = response.headers.get('content-type') ?? '';
  if (type.startsWith('text/event-stream')) {
    await response.body?.cancel();
    return { status: response.status, headers: response.headers, text: '', errorCode: undefined };
  }
  const text = await response.text();
  const errorCode = type.includes('problem+json') ? (JSON.parse(text) as { errorCode: string }).errorCode : undefined;
  return { status: response.status, headers: response.headers, text, errorCode };
}

/** Whether a clearance reaches a classification, by their order in the contract. */
export const reaches = (clearance: Classification, classification: Classification): boolean =>
  CLASSIFICATIONS.indexOf(clearance) >= CLASSIFICATIONS.indexOf(classification);
