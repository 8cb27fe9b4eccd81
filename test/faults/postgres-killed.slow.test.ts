import { describe, expect, it } from '@jest/globals';
import { randomOf } from '../support/faults/random.js';
import { postgresCrashes } from '../support/faults/scenarios/postgres-crashes.js';
import { unflushedBatches } from '../support/faults/scenarios/unflushed-batches.js';

describe('a PostgreSQL that is killed under load', () => {
  it('has kept all that was acknowledged, whether one backend was killed or its first process', async () => {
    const { findings, tally } = await postgresCrashes({ random: randomOf(1), times: 2 });
    expect(findings).toEqual([]);
    expect(tally).toMatchObject({ lost: 0, duplicates: 0, resolved: tally.unknown });
    expect(tally.unknown).toBeGreaterThan(0);
  }, 240_000);

  it('shows what was lost, when commits do not wait for the disk', async () => {
    const asked = { random: randomOf(2), times: 1, weakened: 'does not wait for the disk' } as const;
    expect((await postgresCrashes(asked)).findings.map(({ kind }) => kind)).toContain('lost');
  }, 240_000);

  it('takes batches along that were not flushed, and they are applied once more', async () => {
    const { findings, madeAgain } = await unflushedBatches({ random: randomOf(3), times: 2 });
    expect(findings).toEqual([]);
    expect(madeAgain).toBeGreaterThan(0);
  }, 240_000);

  it('shows that such batches are lost, when nobody notices that the server has crashed', async () => {
    const broken = 'takes a server that has crashed for the same';
    const { findings } = await unflushedBatches({ random: randomOf(4), times: 1, broken });
    expect(findings.map(({ kind }) => kind)).toContain('lost');
  }, 240_000);
});
