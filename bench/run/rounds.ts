/**
 * Runs every subject once as warm-up and then `repeats` times, taking turns, so that whatever the machine does
 * meanwhile happens to all of them alike. Every other round goes backwards, so that nobody always follows the same one.
 */
export async function interleaved<Name extends string, Result>(
  repeats: number,
  subjects: Readonly<Record<Name, (warmUp: boolean) => Promise<Result>>>,
): Promise<Record<Name, Result[]>> {
  const names = Object.keys(subjects) as Name[];
  const results = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, Result[]>;
  for (const name of names) await subjects[name](true);
  for (let round = 0; round < repeats; round += 1) {
    const order = round % 2 === 0 ? names : [...names].reverse();
    for (const name of order) results[name].push(await subjects[name](false));
  }
  return results;
}
