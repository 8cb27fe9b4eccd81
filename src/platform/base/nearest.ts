/** The name that is fewest letters away from the one given (Levenshtein 1966), for saying what was probably meant. */
export const nearest = (given: string, names: readonly string[]): string =>
  [...names].sort((one, other) => distance(given, one) - distance(given, other))[0] ?? '';

function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (const [index, letter] of [...one].entries()) {
    const above = row;
    row = [index + 1];
    for (let column = 1; column <= other.length; column += 1) {
      const replaced = (above[column - 1] ?? 0) + (letter === other[column - 1] ? 0 : 1);
      row.push(Math.min(replaced, (above[column] ?? 0) + 1, (row[column - 1] ?? 0) + 1));
    }
  }
  return row.at(-1) ?? 0;
}
