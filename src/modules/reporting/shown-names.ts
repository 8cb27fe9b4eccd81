import { redactedIf, type Redacted } from '../../platform/policy/redacted.js';
import type { KnownParty } from './party-names.projection.js';
import type { Provenance } from './provenance.js';
import type { Reader } from '../../casework/visibility.js';

/** A party as it is joined to a read model; both are null until Party's events are seen. */
export interface JoinedParty {
  party: KnownParty | null;
  /** Whom it was merged into. */
  survivor: KnownParty | null;
}

/** Whether the reader's clearance reaches the party's own classification; one that is not known reaches nobody. */
export const isCleared = (reader: Reader, party: Pick<KnownParty, 'classification'> | null): boolean =>
  party?.classification != null && reader.cleared.includes(party.classification);

/** Whether the name now shown for the party may be seen: a merged party's is the survivor's, and is guarded as both. */
const isNameCleared = (reader: Reader, { party, survivor }: JoinedParty): boolean =>
  !party || (isCleared(reader, party) && (party.merged_into === null || isCleared(reader, survivor)));

/** What the party is called now; null when that is not known here yet, or above the reader's clearance. */
export function nameNow(
  reader: Reader,
  joined: JoinedParty,
): { currentPartyName: string | null } & Redacted<'currentPartyName'> {
  const withheld = !isNameCleared(reader, joined);
  const { party, survivor } = joined;
  const merged = party?.merged_into != null && survivor;
  const name = (merged ? survivor : party)?.display_name ?? null;
  return { currentPartyName: withheld ? null : name, ...redactedIf({ currentPartyName: withheld }) };
}

/** The party's own name when it got its role: frozen, whatever it is called now. */
export function nameAtRegistration(
  reader: Reader,
  { party }: JoinedParty,
  name: string | null,
): { partyNameAtRegistration: string | null } & Redacted<'partyNameAtRegistration'> {
  const withheld = party !== null && !isCleared(reader, party);
  return {
    partyNameAtRegistration: withheld ? null : name,
    ...redactedIf({ partyNameAtRegistration: withheld }),
  };
}

/** The rows that a joined party brings along: of one that the reader may not see none, nor when anything happened to it. */
export const rowsOf = (reader: Reader, { party, survivor }: JoinedParty): Provenance[] =>
  [party, survivor].filter((each) => each !== null && isCleared(reader, each)) as Provenance[];

/** Aggregates that a joined party's name depends on. */
export const keysOf = (partyId: string, { party }: JoinedParty): string[] =>
  party?.merged_into ? [partyId, party.merged_into] : [partyId];

export const redactedOf = <Field extends string>(...parts: Redacted<Field>[]): Redacted<Field> => {
  const redacted = parts.flatMap((part) => part.redacted ?? []);
  return redacted.length > 0 ? { redacted } : {};
};
