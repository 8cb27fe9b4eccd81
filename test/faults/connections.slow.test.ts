import { describe, expect, it } from '@jest/globals';
import { COMMITS } from '../support/faults/proxy.js';
import { randomOf } from '../support/faults/random.js';
import { ambiguousCommits, cutConnections } from '../support/faults/scenarios/cut-connections.js';

describe('a connection to the database that is cut', () => {
  it('after the server committed and before the process got the answer, costs nothing and repeats nothing', async () => {
    const { findings, tally } = await ambiguousCommits({ random: randomOf(1), times: 6 });
    expect(findings).toEqual([]);
    expect(tally).toMatchObject({ lost: 0, duplicates: 0, resolved: tally.unknown });
    expect(tally.unknown).toBeGreaterThan(0);
  }, 240_000);

  it('wherever it stands, by the network or by the server, costs nothing and repeats nothing', async () => {
    const { findings, faults } = await cutConnections({ random: randomOf(2), times: 4 });
    expect(findings).toEqual([]);
    expect(faults).toBeGreaterThan(4);
  }, 240_000);

  it('shows effects that happened twice, when the inbox knows no repeats', async () => {
    const asked = { random: randomOf(3), times: 1, weakened: 'knows no repeats in the inbox' } as const;
    const { findings } = await ambiguousCommits(asked, [COMMITS['a batch']]);
    expect(findings.map(({ kind }) => kind)).toContain('duplicate');
  }, 240_000);

  it('shows commands that were carried out twice, when first answers are not kept', async () => {
    const asked = { random: randomOf(4), times: 1, weakened: 'keeps no first answers' } as const;
    const { findings } = await ambiguousCommits(asked, [COMMITS['a command']]);
    expect(findings.map(({ kind }) => kind)).toContain('duplicate');
  }, 240_000);
});
