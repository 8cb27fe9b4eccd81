import { hasSqlDetails, parseSync } from 'libpg-query';
import type { Piece } from './sql-literals.js';
import { HOLE } from './sql-literals.js';

/** The name that stands for what is known only at run time. */
export const UNKNOWN = 'unknown_at_build';

/** What may stand in a hole, likeliest first. */
const FILLINGS = [
  UNKNOWN,
  '',
  '1',
  '(NULL)',
  `${UNKNOWN} = NULL`,
  '=',
  `${UNKNOWN} int`,
  `${UNKNOWN} AS (SELECT 1)`,
  'SELECT 1',
];
const ATTEMPTS = 120;

export interface Parsed {
  text: string;
  /** PostgreSQL's own parse tree. */
  tree: unknown;
}

interface Filled {
  text: string;
  /** Where each hole begins. */
  starts: number[];
}

const fill = (pieces: readonly Piece[], choices: readonly number[]): Filled => {
  const starts: number[] = [];
  let text = '';
  for (const piece of pieces) {
    if (piece === HOLE) {
      const filling = FILLINGS[choices[starts.length] ?? 0] ?? '';
      starts.push(text.length);
      text += filling;
    } else {
      text += piece;
    }
  }
  return { text, starts };
};

/**
 * Parses SQL whose holes are not known. Each is filled with a name first; where the grammar refuses, the last hole
 * before that place gets its next filling, and holes before it when there is none left.
 * @returns the parse tree, or the grammar's complaint. `loadModule` of libpg-query must have been awaited.
 */
export const readSql = (pieces: readonly Piece[]): Parsed | { error: string } => {
  const choices = pieces.filter((piece) => piece === HOLE).map(() => 0);
  let complaint: string | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const { text, starts } = fill(pieces, choices);
    try {
      return { text, tree: parseSync(text) };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      complaint ??= error.message;
      const at = hasSqlDetails(error) ? (error.sqlDetails?.cursorPosition ?? text.length) : text.length;
      // `$` before a hole is refused where it stands, one place before the hole.
      let hole = starts.findLastIndex((start) => start <= at + 1);
      while (hole >= 0 && choices[hole] === FILLINGS.length - 1) {
        choices[hole] = 0;
        hole -= 1;
      }
      if (hole < 0) break;
      choices[hole] = (choices[hole] ?? 0) + 1;
    }
  }
  return { error: complaint ?? 'cannot be parsed' };
};
