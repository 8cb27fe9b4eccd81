import { RegisterCase } from '../../contracts/case-registry/register-case.js';
import { RegisterParty } from '../../contracts/party/register-party.js';
import { checkInput } from '../../platform/messaging/check-input.js';
import { type InvalidParam, Refusal } from '../../platform/refusal.js';
import type { MappedRow } from './map-row.js';
import type { Mapping } from './mapping-format.js';

/** What a row tells the owners; the party's id is added once it has one. */
export type RowCommands = Pick<MappedRow, 'party' | 'case'>;

/** Any id of the right form: whose case it is does not matter to the check. */
const SOME_PARTY = { partyId: `pty_${'0'.repeat(26)}`, role: 'SUBJECT' };

/**
 * What the owners' own contracts would refuse, by column where there is one. Checked before anything is told, so
 * that a row whose case must be refused leaves no party behind, and a dry run says the same as the import.
 */
export const checkCommands = (mapping: Mapping, { party, case: header }: RowCommands): InvalidParam[] => {
  const columns: Record<string, string | undefined> = {
    legalName: mapping.party.legalName,
    receivedOn: mapping.case.receivedOn,
    summary: mapping.case.summary,
    location: mapping.case.location?.column,
  };
  const problems = [
    ...problemsOf(RegisterParty, party),
    ...problemsOf(RegisterCase, { ...header, parties: [SOME_PARTY] }),
  ];
  return problems.map((problem) => ({ ...problem, name: columns[problem.name] ?? problem.name }));
};

const problemsOf = (contract: new () => object, input: object): InvalidParam[] => {
  try {
    checkInput(contract, input);
    return [];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.members.invalidParams as InvalidParam[];
  }
};
