import { describe, expect, it } from '@jest/globals';
import { randomOf } from '../support/faults/random.js';
import { poison } from '../support/faults/scenarios/poison.js';

describe('a handler that throws when it has written a part', () => {
  it('holds up the events of that case alone, and each has one whole effect when it is mended', async () => {
    const { findings, faults } = await poison({ random: randomOf(1), times: 2 });
    expect(findings).toEqual([]);
    expect(faults).toBe(2);
  }, 240_000);

  it('leaves half an effect and a lost one for the checks to find, when what it wrote is kept', async () => {
    const asked = { random: randomOf(2), times: 1, broken: 'keeps what a failed handler wrote' } as const;
    const kinds = (await poison(asked)).findings.map(({ kind }) => kind);
    expect(kinds).toContain('half an effect');
    expect(kinds).toContain('lost');
  }, 240_000);
});
