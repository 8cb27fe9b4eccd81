import { RegisterCase } from '../../contracts/case-registry/register-case.js';
import { RecordAllegation } from '../../contracts/investigation/record-allegation.js';
import { RegisterParty } from '../../contracts/party/register-party.js';
import { checkInput } from '../../platform/messaging/check-input.js';
import { type InvalidParam, Refusal } from '../../platform/base/refusal.js';
import type { MappedRow } from './map-row.js';
import type { Mapping } from './mapping-format.js';

/** What a row tells the owners; the ids of the party and the case are added once there are some. */
export type RowCommands = Pick<MappedRow, 'party' | 'case' | 'allegation'>;

/** Any ids of the right form: which party and case it is does not matter to the check. */
const SOME_PARTY = `pty_${'0'.repeat(26)}`;
const SOME_CASE = `case_${'0'.repeat(26)}`;

/**
 * What the owners' own contracts would refuse, by column where there is one. Checked before anything is sent, so
 * that a row whose case must be refused leaves no party behind, and a dry run says the same as the import.
 */
export const checkCommands = (mapping: Mapping, { party, case: header, allegation }: RowCommands): InvalidParam[] => {
  const columns: Record<string, string | undefined> = {
    legalName: mapping.party.legalName,
    receivedOn: mapping.case.receivedOn,
    summary: mapping.case.summary,
    location: mapping.case.location?.column,
    statement: mapping.allegation?.statement,
    legalBasisCode: mapping.allegation?.legalBasisCode.column,
  };
  const problems = [
    ...problemsOf(RegisterParty, party),
    ...problemsOf(RegisterCase, { ...header, parties: [{ partyId: SOME_PARTY, role: 'SUBJECT' }] }),
    ...(allegation
      ? problemsOf(RecordAllegation, { ...allegation, caseId: SOME_CASE, againstPartyId: SOME_PARTY })
      : []),
  ];
  const named = problems.map((problem) => ({ ...problem, name: columns[problem.name] ?? problem.name }));
  // One column may be the summary of the case and the statement of the allegation.
  return [...new Map(named.map((problem) => [`${problem.name} ${problem.code}`, problem])).values()];
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
