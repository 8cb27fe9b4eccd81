import { CLASSIFICATIONS, type Actor, type Classification } from '../../platform/base/context.js';
import { idPattern } from '../../platform/base/ids.js';
import type { Directory, VerifiedToken } from '../../platform/identity/authenticator.js';
import { partyActor } from './demo-directory.js';
import type { ClaimPath, IdentityMapping } from './identity-mapping.js';

/** The application acts under such names; no token may. */
const RESERVED = /^system(:|$)/i;
const PARTY_ID = idPattern('pty');

/** Says what a token's claims mean, by the mapping as it is at this moment. What it does not name gives nothing. */
export class ClaimsDirectory implements Directory {
  constructor(private readonly mapping: () => IdentityMapping) {}

  actorFor({ subject, audience, claims }: VerifiedToken): Actor | undefined {
    const { officers, portal, revoked, actors } = this.mapping();
    if (RESERVED.test(subject) || revoked.includes(subject)) return undefined;
    if (audience === 'portal') {
      const [partyId, another] = wordsAt(claims, portal.party);
      const isOne = partyId !== undefined && another === undefined && PARTY_ID.test(partyId);
      return isOne ? partyActor(partyId) : undefined;
    }
    const known = Object.hasOwn(actors, subject) ? actors[subject] : undefined;
    const team = known ? known.team : teamOf(claims, officers.team);
    return {
      actorId: subject,
      roles: known?.roles ?? [...new Set(valuesAt(claims, officers.roles).flat())],
      clearance: (known ? known.clearance : highest(valuesAt(claims, officers.clearance))) ?? CLASSIFICATIONS[0],
      ...(team !== undefined && { team }),
    };
  }
}

const highest = (found: readonly Classification[]): Classification | undefined =>
  CLASSIFICATIONS.filter((each) => found.includes(each)).at(-1);

function teamOf(claims: VerifiedToken['claims'], rule: IdentityMapping['officers']['team']): string | undefined {
  if (!rule) return undefined;
  const { claim, values } = rule;
  if (!values) {
    const team = at(claims, claim);
    return typeof team === 'string' && team.trim() !== '' ? team.trim() : undefined;
  }
  const [team, another] = new Set(valuesAt(claims, { claim, values }));
  return another === undefined ? team : undefined;
}

/** What the words of a claim mean. */
function valuesAt<Value>(
  claims: VerifiedToken['claims'],
  rule: { claim: ClaimPath; values: Readonly<Record<string, Value>> } | undefined,
): Value[] {
  if (!rule) return [];
  const { claim, values } = rule;
  return wordsAt(claims, claim, values).flatMap((word) => {
    const value = Object.hasOwn(values, word) ? values[word] : undefined;
    return value === undefined ? [] : [value];
  });
}

/** A list's texts; of a text itself the whole, where that is known, else its words (as in `scope`, RFC 8693). */
function wordsAt(claims: VerifiedToken['claims'], path: ClaimPath, known: object = {}): string[] {
  const found = at(claims, path);
  if (Array.isArray(found)) return found.filter((each): each is string => typeof each === 'string');
  if (typeof found !== 'string') return [];
  return Object.hasOwn(known, found) ? [found] : found.split(/\s+/).filter(Boolean);
}

function at(claims: VerifiedToken['claims'], path: ClaimPath): unknown {
  let found: unknown = claims;
  for (const name of typeof path === 'string' ? path.split('.') : path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
    found = (found as Record<string, unknown>)[name];
  }
  return found;
}
