import { describe, expect, it } from '@jest/globals';
import type { Audience } from '../../src/platform/identity/authenticator.js';
import { ClaimsDirectory } from '../../src/casework/identity/claims-directory.js';
import { OWN_CLAIMS, readIdentityMapping } from '../../src/casework/identity/identity-mapping.js';
import { ROLES } from '../../src/casework/roles.js';

const MAPPING = readIdentityMapping(
  `
officers:
  roles:
    claim: realm_access.roles
    values: { intake: INTAKE_OFFICER, lead: [SUPERVISOR, AUDITOR], chief: [SUPERVISOR] }
  clearance:
    claim: ['https://remit.example/cleared']
    values: { low: INTERNAL, high: RESTRICTED, the highest of all: RESTRICTED }
  team:
    claim: groups
    values: { /teams/central: central, /teams/legal: legal, /legal: legal }
portal: { party: party.id }
revoked: [gone]
actors:
  ada: { roles: [LEGAL_REVIEWER], clearance: CONFIDENTIAL }
`,
);
const PARTY = 'pty_01M803NF4XK6AWSPZ3QDEJ3E56';

const actor = (claims: object, subject = 'someone', audience: Audience = 'remit', mapping = MAPPING) =>
  new ClaimsDirectory(() => mapping).actorFor({ subject, audience, expiresAt: 0, claims: { ...claims } });
const rolesOf = (claims: object) => actor(claims)?.roles;

describe('an identity mapping', () => {
  it('finds roles in a list or among the words of a text, each once', () => {
    expect(rolesOf({ realm_access: { roles: ['intake', 'offline_access'] } })).toEqual(['INTAKE_OFFICER']);
    expect(rolesOf({ realm_access: { roles: 'intake  lead chief' } })).toEqual([
      'INTAKE_OFFICER',
      'SUPERVISOR',
      'AUDITOR',
    ]);
  });

  it.each([
    ['no claim', {}],
    ['a claim of that name elsewhere', { roles: ['intake'], 'realm_access.roles': ['intake'] }],
    ['an unknown value', { realm_access: { roles: ['INTAKE_OFFICER', 'SYSTEM', 'PARTY'] } }],
    ['what is neither text nor list', { realm_access: { roles: { intake: true } } }],
    ['a list of what is no text', { realm_access: { roles: [['intake'], 1, null] } }],
    ['a name that every object has', { realm_access: { roles: ['constructor', '__proto__', 'toString'] } }],
    ['nothing on the way', { realm_access: null }],
  ])('gives nothing for %s', (_, claims) => {
    expect(actor(claims)).toEqual({ actorId: 'someone', roles: [], clearance: 'PUBLIC' });
  });

  it('takes the highest clearance, and the lowest there is for none', () => {
    const cleared = (claim: unknown) => actor({ 'https://remit.example/cleared': claim })?.clearance;
    expect([cleared('low'), cleared(['high', 'low']), cleared('the highest of all'), cleared('RESTRICTED')]).toEqual([
      'INTERNAL',
      'RESTRICTED',
      'RESTRICTED',
      'PUBLIC',
    ]);
  });

  it('takes a team only where there is no other', () => {
    const team = (...groups: string[]) => actor({ groups })?.team;
    expect([team('/teams/central'), team('/teams/legal', '/legal'), team('/teams/central', '/legal'), team()]).toEqual([
      'central',
      'legal',
      undefined,
      undefined,
    ]);
  });

  it('lets what it says of a subject stand instead of the token, and lets nobody in whom it revokes', () => {
    const everything = { realm_access: { roles: ['lead'] }, groups: ['/legal'], party: { id: PARTY } };
    expect(actor(everything, 'ada')).toEqual({ actorId: 'ada', roles: ['LEGAL_REVIEWER'], clearance: 'CONFIDENTIAL' });
    expect(actor(everything, 'gone')).toBeUndefined();
    expect(actor(everything, 'gone', 'portal')).toBeUndefined();
    // A subject named like something that every object has is nobody special.
    expect(actor(everything, 'constructor')?.roles).toEqual(['SUPERVISOR', 'AUDITOR']);
  });

  it('knows a party on the portal by one well-formed id, and as nothing but a party', () => {
    const party = { actorId: PARTY, roles: ['PARTY'], clearance: 'PUBLIC' };
    expect(actor({ party: { id: PARTY }, realm_access: { roles: ['lead'] } }, 'weir', 'portal')).toEqual(party);
    for (const id of [undefined, 'pty_1', [PARTY, PARTY], `${PARTY} ${PARTY}`, 7])
      expect(actor({ party: { id } }, 'weir', 'portal')).toBeUndefined();
  });

  it.each(['system', 'System', 'system:notice.on-decision'])('never takes a token for %s', (subject) => {
    expect(actor({ realm_access: { roles: ['intake'] } }, subject)).toBeUndefined();
  });

  it('is not needed by an issuer that uses our own words, of which PARTY and SYSTEM give nothing', () => {
    const claims = { roles: [...ROLES, 'SYSTEM'], clearance: 'CONFIDENTIAL', team: 'central', partyId: PARTY };
    const found = actor(claims, 'ines', 'remit', OWN_CLAIMS);
    expect(found).toMatchObject({ clearance: 'CONFIDENTIAL', team: 'central' });
    expect(found?.roles).toEqual(ROLES.filter((role) => role !== 'PARTY'));
    expect(actor(claims, 'weir', 'portal', OWN_CLAIMS)?.actorId).toBe(PARTY);
  });

  const officers = (more: string): string => `officers: { roles: { claim: roles, values: { a: ADMIN } }${more} }`;
  it.each([
    ['nothing', '', /^the file is nothing\. Write a map with the keys officers/],
    ['no YAML', 'officers: [', /^it is not YAML/],
    [
      'SYSTEM',
      'officers: { roles: { claim: r, values: { a: SYSTEM } } }',
      /^officers\.roles\.values\.a is "SYSTEM"\. Write one of INTAKE_OFFICER/,
    ],
    [
      'PARTY',
      'officers: { roles: { claim: r, values: { a: [ADMIN, PARTY] } } }',
      /^officers\.roles\.values\.a\.1 is "PARTY"/,
    ],
    ['no claim', 'officers: { roles: { values: { a: ADMIN } } }', /^officers\.roles\.claim is missing\. Add it/],
    [
      'another clearance',
      officers(', clearance: { claim: c, values: { a: SECRET } }'),
      /^officers\.clearance\.values\.a is "SECRET"\. Write one of PUBLIC/,
    ],
    ['an unknown key', officers(', rolls: {}'), /^officers\.rolls is a key that nobody reads/],
    [
      'a role for an actor',
      `${officers('')}\nactors: { ada: { roles: [CHIEF] } }`,
      /^actors\.ada\.roles\.0 is "CHIEF"/,
    ],
    ['revoked that is no list', `${officers('')}\nrevoked: ada`, /^revoked is "ada"\. Write a list/],
  ])('with %s is refused in one line that names the key and how to mend it', (_, content, why) => {
    expect(() => readIdentityMapping(content)).toThrow(why);
    try {
      readIdentityMapping(content);
    } catch (error) {
      expect((error as Error).message).not.toContain('\n');
    }
  });
});
