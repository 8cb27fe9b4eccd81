import { describe, expect, it } from '@jest/globals';
import { CRASH_POINTS } from '../support/faults/crash-points.js';
import { randomOf } from '../support/faults/random.js';
import { pointKills } from '../support/faults/scenarios/point-kills.js';
import { randomKills } from '../support/faults/scenarios/random-kills.js';

describe('a process that is killed under load', () => {
  it('loses nothing and does nothing twice when it is killed at a random time', async () => {
    const { findings, tally } = await randomKills({ random: randomOf(1), times: 2 });
    expect(findings).toEqual([]);
    expect(tally).toMatchObject({ lost: 0, duplicates: 0, resolved: tally.unknown });
    expect(tally.unknown).toBeGreaterThan(0);
  }, 240_000);

  it('loses nothing when its embedded PostgreSQL outlives it, or is killed and its backends live on', async () => {
    const { findings, tally } = await randomKills({ random: randomOf(2), times: 2 }, true);
    expect(findings).toEqual([]);
    expect(tally.unknown).toBeGreaterThan(0);
  }, 240_000);

  it('loses nothing and does nothing twice when it is killed at each of the named points, which it all reaches', async () => {
    const { findings, tally, hit } = await pointKills({ random: randomOf(3), times: 1 });
    expect(hit).toEqual(CRASH_POINTS);
    expect(findings).toEqual([]);
    expect(tally.unknown).toBeGreaterThanOrEqual(CRASH_POINTS.length);
  }, 240_000);
});

describe('the checks after a kill', () => {
  const kindsOf = async (outcome: ReturnType<typeof randomKills>): Promise<string[]> =>
    (await outcome).findings.map(({ kind }) => kind);

  it('find what was acknowledged before it was committed, and is lost', async () => {
    const broken = 'answers before it commits';
    expect(await kindsOf(randomKills({ random: randomOf(4), times: 1, broken }))).toContain('lost');
  }, 240_000);

  it('find a command that a repeat carried out again, when first answers are not kept', async () => {
    const asked = { random: randomOf(5), times: 1, weakened: 'keeps no first answers' } as const;
    expect(await kindsOf(pointKills(asked, ['after the commit of a command']))).toContain('duplicate');
  }, 240_000);

  it('find an effect that never happened, when the inbox is committed apart from it', async () => {
    const asked = { random: randomOf(6), times: 1, broken: 'commits the inbox apart from its effects' } as const;
    expect(await kindsOf(pointKills(asked, ['before the effect of a projection']))).toContain('lost');
  }, 240_000);

  it('find the effects of several reactions that never happened, when the inbox is committed apart from them', async () => {
    const asked = { random: randomOf(7), times: 1, broken: 'commits the inbox apart from its effects' } as const;
    expect(await kindsOf(pointKills(asked, ['before the commit of several reactions']))).toContain('lost');
  }, 240_000);
});
