import { type CaseTypeRule, type Mapping, titleColumns } from './mapping-format.js';
import { partyKey } from './party-key.js';
import { cell, type Fields } from './row-reference.js';

const listed = new Intl.ListFormat('en-GB', { type: 'conjunction' });
const PLACE = /^\p{L}[\p{L}\p{M} .'’-]{0,59}$/u;

/** The case type rules that fit a row, in order. */
export const rulesThatFit = ({ case: { caseTypeCode } }: Mapping, fields: Fields): CaseTypeRule[] =>
  caseTypeCode.rules.filter(({ matches }) => matches.test(cell(fields, caseTypeCode.column)));

/** The places in the location column, as written. */
export const placesOf = ({ case: { location } }: Mapping, fields: Fields): string[] =>
  location
    ? cell(fields, location.column)
        .split(location.separator)
        .map((place) => place.trim().replace(/\s+/g, ' '))
        .filter((place) => place !== '')
    : [];

/**
 * A title such as 'Consent order, Air Quality, Millbury and Westborough'. It travels in events, so it is made of
 * words that the mapping lists and of places; something in the location column that is no place, or that holds the
 * party's name, is left out.
 */
export const caseTitle = (mapping: Mapping, fields: Fields, legalName: string): string => {
  const party = partyKey(legalName);
  const words = (column: string): string => {
    const labels = mapping.values[column];
    if (labels) return labels[cell(fields, column)] ?? '';
    if (column === mapping.case.caseTypeCode.column) {
      return listed.format(new Set(rulesThatFit(mapping, fields).map(({ label }) => label)));
    }
    return listed.format(placesOf(mapping, fields).filter((it) => PLACE.test(it) && !partyKey(it).includes(party)));
  };
  return mapping.case.title
    .split(', ')
    .filter((part) => titleColumns(part).every((column) => words(column) !== ''))
    .map((part) => part.replace(/\{([^{}]*)\}/g, (_, column: string) => words(column)))
    .join(', ');
};
