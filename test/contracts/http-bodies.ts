interface Body {
  about: string;
  as: 'RegisterParty' | 'RegisterCase';
  valid: boolean;
  body: object;
}

const partyId = 'pty_01KA9Y3V5M8Q2R7T1W4X6Z0B2C';
const party = { kind: 'PERSON', legalName: 'Ewa Lindqvist' };
const address = { line1: 'Mill Lane 4', city: 'Borås', postalCode: '503 30', country: 'SE' };
const subject = { partyId, role: 'SUBJECT' };
const filed = { caseTypeCode: 'WASTE', parties: [subject] };

const parties = (...given: [about: string, valid: boolean, body: object][]): Body[] =>
  given.map(([about, valid, body]) => ({ about: `a party with ${about}`, as: 'RegisterParty', valid, body }));
const cases = (...given: [about: string, valid: boolean, body: object][]): Body[] =>
  given.map(([about, valid, body]) => ({ about: `a case with ${about}`, as: 'RegisterCase', valid, body }));

/** Bodies for which the description and the server must come to one verdict. */
export const HTTP_BODIES: readonly Body[] = [
  ...parties(
    ['what is needed', true, party],
    ['everything', true, { ...party, registrationNumber: '556', address, contactPreference: { channel: 'POST' } }],
    ['null for what may be left out', true, { ...party, address: null, classification: null }],
    ['null for what is needed', false, { ...party, legalName: null }],
    ['no kind', false, { legalName: 'Ewa Lindqvist' }],
    ['an unknown kind', false, { ...party, kind: 'ROBOT' }],
    ['a blank name', false, { ...party, legalName: '  ' }],
    ['a name too long', false, { ...party, legalName: 'x'.repeat(301) }],
    ['an unknown field', false, { ...party, admin: true }],
    ['an unknown field within', false, { ...party, address: { ...address, planet: 'Earth' } }],
    ['half an address', false, { ...party, address: { city: 'Borås' } }],
    ['a text for an address', false, { ...party, address: 'Mill Lane 4' }],
    ['null for an optional line', true, { ...party, address: { ...address, line2: null } }],
    ['a language', true, { ...party, contactPreference: { channel: 'PORTAL', language: 'pt-BR' } }],
    ['no language', false, { ...party, contactPreference: { channel: 'PORTAL', language: 'Portuguese' } }],
  ),
  ...cases(
    ['what is needed', true, filed],
    ['a day', true, { ...filed, receivedOn: '2026-03-02' }],
    ['a time for a day', false, { ...filed, receivedOn: '2026-03-02T09:00:00Z' }],
    ['no party', false, { ...filed, parties: [] }],
    ['too many parties', false, { ...filed, parties: Array.from({ length: 51 }, () => subject) }],
    ['a party that is none', false, { ...filed, parties: [{ ...subject, partyId: 'ewa' }] }],
    ['an unknown field in a party', false, { ...filed, parties: [{ ...subject, since: 1 }] }],
    ['one party and no list', false, { ...filed, parties: subject }],
    ['a text for yes or no', false, { ...filed, restrictedToTeam: 'yes' }],
    ['a type in small letters', false, { ...filed, caseTypeCode: 'waste' }],
  ),
];
