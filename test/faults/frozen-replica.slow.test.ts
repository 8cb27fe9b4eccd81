import { describe, expect, it } from '@jest/globals';
import { randomOf } from '../support/faults/random.js';
import { frozenReplica } from '../support/faults/scenarios/frozen-replica.js';

describe('a replica that is stopped in the middle of a batch for longer than its lease', () => {
  it('cannot commit under its old epoch when it goes on', async () => {
    const { findings } = await frozenReplica({ random: randomOf(1), times: 1 });
    expect(findings).toEqual([]);
  }, 240_000);

  it('is seen to commit, when the epoch does not keep it out', async () => {
    const broken = 'moves the offset whatever its epoch';
    const { findings } = await frozenReplica({ random: randomOf(2), times: 1, broken });
    expect(findings.map(({ kind }) => kind)).toContain('old epoch');
  }, 240_000);
});
