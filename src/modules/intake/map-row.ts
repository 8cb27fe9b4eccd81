import type { InvalidParam } from '../../platform/base/refusal.js';
import { caseTitle, placesOf, rulesThatFit } from './case-title.js';
import type { CaseTypeCode, Mapping, PartyKind } from './mapping-format.js';
import { partyKey } from './party-key.js';
import { cell, type Fields, rowReference } from './row-reference.js';

/** What a row asks for. `summary` is sensitive text: for the case's owner alone, never for an event. */
export interface MappedRow {
  reference: string;
  party: { kind: PartyKind; legalName: string };
  /** Equal for rows about the same party. */
  partyKey: string;
  case: { caseTypeCode: CaseTypeCode; title: string; receivedOn: string; summary?: string; location?: string };
  /** Against the row's party. `statement` is sensitive text: for Investigation alone. */
  allegation?: { statement: string; legalBasisCode: string };
  /** Dollars with two decimals, as text, because binary fractions lose cents. */
  penaltyUsd?: string;
}

export interface RefusedRow {
  refused: InvalidParam[];
}

/** What people type into a name they do not know. As a party, each would gather the cases of many. */
const PLACEHOLDER = /^(?:n\W?a|none|null|nil|unknown|anonymous|various|tb[acd])$/i;
const AMOUNT = /^\$?\s*(\d{1,3}(?:,\d{3})+|\d{1,13})(?:\.(\d{1,2}))?$/;
const EARLIEST = '1900-01-01';
/** In characters, for every cell but the narrative; the longest in the announcements has 80. */
const LONGEST = 500;

const isDate = (text: string): boolean => {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
};

const amount = (text: string): string | undefined => {
  const [, whole, cents = ''] = AMOUNT.exec(text) ?? [];
  return whole === undefined ? undefined : `${BigInt(whole.replaceAll(',', ''))}.${cents.padEnd(2, '0')}`;
};

/** Reasons never repeat the cell: where a row slipped by a column, the cell may hold the narrative. */
function* wrongFields(mapping: Mapping, fields: Fields, today: string): Generator<InvalidParam> {
  const texts = [mapping.case.summary, mapping.allegation?.statement];
  for (const column of mapping.columns.filter((column) => !texts.includes(column))) {
    if (cell(fields, column).length <= LONGEST) continue;
    yield { name: column, code: 'TOO_LONG', reason: `Write at most ${LONGEST} characters.` };
  }
  const name = mapping.party.legalName;
  if (!/[\p{L}\p{N}]/u.test(cell(fields, name))) yield required(name);
  else if (PLACEHOLDER.test(cell(fields, name))) {
    yield { name, code: 'PLACEHOLDER', reason: 'Write whose case this is; this word only says that nobody knows.' };
  }
  const date = mapping.case.receivedOn;
  const day = cell(fields, date);
  if (day === '') yield required(date);
  else if (!isDate(day)) yield { name: date, code: 'NOT_A_DATE', reason: 'Write a real date as YYYY-MM-DD.' };
  else if (day > today || day < EARLIEST) {
    yield { name: date, code: 'DATE_OUT_OF_RANGE', reason: `Write a date from ${EARLIEST} to ${today}.` };
  }
  for (const [column, accepted] of Object.entries(mapping.values)) {
    if (cell(fields, column) === '') yield required(column);
    else if (!Object.hasOwn(accepted, cell(fields, column))) {
      const list = Object.keys(accepted).join(', ');
      yield { name: column, code: 'UNKNOWN_VALUE', reason: `Write one of ${list}.` };
    }
  }
  const penalty = mapping.penaltyUsd;
  if (penalty && cell(fields, penalty) !== '' && amount(cell(fields, penalty)) === undefined) {
    yield { name: penalty, code: 'NOT_AN_AMOUNT', reason: 'Write dollars, e.g. 1250.00, or leave it empty.' };
  }
  for (const column of mapping.key ?? []) if (cell(fields, column) === '') yield required(column);
}

const required = (name: string): InvalidParam => ({ name, code: 'REQUIRED', reason: 'Must not be empty.' });

const allegationOf = ({ allegation }: Mapping, fields: Fields): MappedRow['allegation'] => {
  const statement = allegation ? cell(fields, allegation.statement) : '';
  if (!allegation || statement === '') return undefined;
  const { column, rules, otherwise } = allegation.legalBasisCode;
  const rule = rules.find(({ matches }) => matches.test(cell(fields, column)));
  return { statement, legalBasisCode: rule?.legalBasisCode ?? otherwise };
};

/**
 * What a row becomes, or everything that is wrong with it. `today` is a date as YYYY-MM-DD; a later date in the row
 * is refused. Pure: the same row gives the same answer, but for `today`.
 */
export const mapRow = (mapping: Mapping, fields: Fields, today: string): MappedRow | RefusedRow => {
  const wrong = new Map(
    [...wrongFields(mapping, fields, today)].map((param) => [`${param.name} ${param.code}`, param]),
  );
  if (wrong.size > 0) return { refused: [...wrong.values()] };
  const { kind } = mapping.party;
  const legalName = cell(fields, mapping.party.legalName).replace(/\s+/g, ' ');
  const reference = rowReference(mapping, fields);
  const summary = mapping.case.summary ? cell(fields, mapping.case.summary) : '';
  const location = placesOf(mapping, fields).join('; ');
  const allegation = allegationOf(mapping, fields);
  const penaltyUsd = mapping.penaltyUsd ? amount(cell(fields, mapping.penaltyUsd)) : undefined;
  return {
    reference,
    party: { kind, legalName },
    // Two people of one name are not one person, so a person is known by the row alone.
    partyKey: kind === 'PERSON' ? `PERSON ${reference}` : partyKey(legalName),
    case: {
      caseTypeCode: rulesThatFit(mapping, fields)[0]?.caseTypeCode ?? mapping.case.caseTypeCode.otherwise,
      title: caseTitle(mapping, fields, legalName),
      receivedOn: cell(fields, mapping.case.receivedOn),
      ...(summary !== '' && { summary }),
      ...(location !== '' && { location }),
    },
    ...(allegation && { allegation }),
    ...(penaltyUsd !== undefined && { penaltyUsd }),
  };
};
