import { closest } from 'fastest-levenshtein';

/** The name that is fewest letters away from the one given (Levenshtein 1966), for saying what was probably meant. */
export const nearest = (given: string, names: readonly string[]): string =>
  names.length === 0 ? '' : closest(given, names);
