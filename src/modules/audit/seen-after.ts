/** Read at once while a page is not full: rows that its reader may not see can be many in a row. */
const MORE = 500;

/**
 * The first rows after a place that the reader may see, as many as are wanted while there are any. A page is full whatever
 * lies between its rows, and no row that is left out is a place to go on from: neither tells that there is such a row.
 * @param hidden the chains among those of the rows that are not the reader's to see
 */
export async function seenAfter<Row extends { subject: string }>(
  after: readonly string[] | undefined,
  wanted: number,
  read: (after: readonly string[] | undefined, limit: number) => Promise<readonly Row[]>,
  placeOf: (row: Row) => readonly string[],
  hidden: (rows: readonly Row[]) => Promise<ReadonlySet<string>>,
): Promise<Row[]> {
  const seen: Row[] = [];
  for (let [place, limit] = [after, wanted]; ; limit = Math.max(wanted, MORE)) {
    const rows = await read(place, limit);
    const unseen = await hidden(rows);
    seen.push(...rows.filter(({ subject }) => !unseen.has(subject)));
    const last = rows.at(-1);
    if (!last || rows.length < limit || seen.length >= wanted) return seen.slice(0, wanted);
    place = placeOf(last);
  }
}
