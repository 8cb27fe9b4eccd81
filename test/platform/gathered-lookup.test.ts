import { describe, expect, it } from '@jest/globals';
import { GatheredLookup } from '../../src/platform/database/gathered-lookup.js';

/** A look-up whose answers are given by hand. */
function byHand() {
  const rounds: { keys: readonly string[]; answer: (error?: Error) => void }[] = [];
  const lookup = new GatheredLookup<string>(
    (keys) =>
      new Promise((resolve, reject) => {
        const values = new Map(keys.filter((key) => key !== 'missing').map((key) => [key, `value of ${key}`]));
        rounds.push({
          keys,
          answer: (error) => {
            if (error) reject(error);
            else resolve(values);
          },
        });
      }),
  );
  const round = async (index: number) => {
    while (!rounds[index]) await new Promise((resolve) => setImmediate(resolve));
    return rounds[index];
  };
  return { lookup, rounds, round };
}

describe('a gathered look-up', () => {
  it('begins at once for a lone caller, and gives each caller its own keys', async () => {
    const { lookup, round } = byHand();
    const asked = lookup.of(['a', 'missing']);
    const first = await round(0);
    first.answer();
    expect(await asked).toEqual(new Map([['a', 'value of a']]));
  });

  it('joins those who come while one is under way, and begins theirs after they asked', async () => {
    const { lookup, rounds, round } = byHand();
    const first = lookup.of(['a']);
    const begun = await round(0);
    const joined = [lookup.of(['b', 'a']), lookup.of(['b']), lookup.of(['c'])];
    expect(rounds).toHaveLength(1);
    begun.answer();
    const next = await round(1);
    expect([...next.keys].sort()).toEqual(['a', 'b', 'c']);
    next.answer();
    expect((await first).get('a')).toBe('value of a');
    const [both, one, other] = await Promise.all(joined);
    expect([[...(both?.keys() ?? [])], [...(one?.keys() ?? [])], [...(other?.keys() ?? [])]]).toEqual([
      ['b', 'a'],
      ['b'],
      ['c'],
    ]);
    expect(rounds).toHaveLength(2);
  });

  it('fails only those who shared it, and goes on', async () => {
    const { lookup, round } = byHand();
    const failing = lookup.of(['a']);
    const begun = await round(0);
    const after = lookup.of(['b']);
    begun.answer(new Error('no connection'));
    await expect(failing).rejects.toThrow('no connection');
    (await round(1)).answer();
    expect((await after).get('b')).toBe('value of b');
  });
});
