import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { ConnectionBudget } from '../../src/platform/database/connection-budget.js';
import { PooledClient } from '../../src/platform/database/pooled-client.js';
import { asServerAdministrator, serverUrl } from '../support/database.js';
import { eventually } from '../support/eventually.js';

/** Pools of a process, as its modules have them. */
class Pools {
  private readonly name = `budget ${randomUUID()}`;
  readonly pools: pg.Pool[];

  constructor(budget: ConnectionBudget, weights: readonly number[]) {
    this.pools = weights.map((weight) => {
      const options = { connectionString: serverUrl(), application_name: this.name, connectionTimeoutMillis: 5_000 };
      const pool = new pg.Pool({
        ...options,
        Client: PooledClient,
        budget: budget.connections,
        max: 1,
      } as never);
      pool.on('error', () => undefined);
      budget.join(pool, weight);
      return pool;
    });
  }

  at(place: number): pg.Pool {
    const pool = this.pools[place];
    if (!pool) throw new Error(`There is no pool ${place}.`);
    return pool;
  }

  /** Connections that the server has of them. */
  open(): Promise<number> {
    return asServerAdministrator(async (admin) => {
      const { rowCount } = await admin.query('SELECT FROM pg_stat_activity WHERE application_name = $1', [this.name]);
      return rowCount ?? 0;
    });
  }

  /** Watches until the work is done. @returns the most connections seen, and how often they were counted */
  async watch(work: Promise<unknown>): Promise<{ most: number; counts: number }> {
    const state = { done: false };
    const ended = work.finally(() => {
      state.done = true;
    });
    const seen = await asServerAdministrator(async (admin) => {
      let [most, counts] = [0, 0];
      while (!state.done) {
        const { rowCount } = await admin.query('SELECT FROM pg_stat_activity WHERE application_name = $1', [this.name]);
        most = Math.max(most, rowCount ?? 0);
        counts += 1;
      }
      return { most, counts };
    });
    await ended;
    return seen;
  }

  async end(): Promise<void> {
    await Promise.all(this.pools.map((pool) => pool.end()));
  }
}

const SLEEP = 'SELECT pg_sleep(0.005)';
const times = <T>(count: number, work: () => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, work));

describe('a budget of connections', () => {
  let pools: Pools | undefined;
  let held: pg.PoolClient[] = [];
  afterEach(async () => {
    for (const client of held) client.release();
    await pools?.end();
  });
  beforeEach(() => {
    held = [];
  });
  const sharing = (most: number, weights: readonly number[], mostOfAPool?: number): Pools => {
    pools = new Pools(new ConnectionBudget(most, mostOfAPool), weights);
    return pools;
  };
  const allowances = (): number[] => (pools?.pools ?? []).map(({ options }) => options.max);
  const hold = async (pool: pg.Pool): Promise<void> => {
    held.push(await pool.connect());
  };

  it('is never exceeded by a burst on every pool at once, whose requests are all answered', async () => {
    const shared = sharing(
      12,
      Array.from({ length: 8 }, () => 1),
    );
    const burst = Promise.all(shared.pools.map((pool) => times(60, () => pool.query(SLEEP))));
    const { most, counts } = await shared.watch(burst);
    expect(most).toBeLessThanOrEqual(12);
    expect(most).toBeGreaterThan(8);
    expect(counts).toBeGreaterThan(5);
    expect((await burst).flat().length).toBe(480);
  });

  it('is not exceeded while connections end and are replaced', async () => {
    const shared = sharing(6, [1, 1, 1]);
    const broken = async (pool: pg.Pool): Promise<void> => {
      const client = await pool.connect();
      await client.query(SLEEP);
      client.release(true);
    };
    const { most } = await shared.watch(Promise.all(shared.pools.map((pool) => times(8, () => broken(pool)))));
    expect(most).toBeLessThanOrEqual(6);
  });

  it('has the place again of a connection that is given up, though the server no longer answers it', async () => {
    const pool = sharing(1, [1]).at(0);
    const client = await pool.connect();
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const pid = rows[0]?.pid ?? NaN;
    process.kill(pid, 'SIGSTOP');
    try {
      client.release(true);
      expect((await pool.query('SELECT 1 AS n')).rows).toEqual([{ n: 1 }]);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  });

  it('is all for one pool while no other needs it', async () => {
    const shared = sharing(7, [1, 1, 1]);
    await times(5, () => hold(shared.at(0)));
    expect(allowances()).toEqual([5, 1, 1]);
    // Two are kept for the others: their first connections wait for nobody.
    await Promise.all([hold(shared.at(1)), hold(shared.at(2))]);
    expect(await shared.open()).toBe(7);
  });

  it('is given back to a pool below its share as soon as one above it releases a connection', async () => {
    const shared = sharing(6, [1, 1]);
    const [greedy, small] = [shared.at(0), shared.at(1)];
    await times(5, () => hold(greedy));
    await hold(small);
    const waiting = times(2, () => hold(small));
    expect(shared.pools.map(({ waitingCount }) => waitingCount)).toEqual([0, 2]);
    // Others wait at the greedy one too, and have to let the small one go first.
    const behind = times(2, () => hold(greedy));
    for (const client of held.splice(0, 2)) client.release();
    await waiting;
    expect(allowances()).toEqual([3, 3]);
    // At its share now, a pool waits for its own.
    for (const client of held.splice(0, 2)) client.release();
    await behind;
    expect(allowances()).toEqual([3, 3]);
  });

  it('is shared by weight when all want more than there is', async () => {
    const shared = sharing(20, [3, 1, 1]);
    const state = { done: false };
    const lane = async (pool: pg.Pool): Promise<void> => {
      while (!state.done) await pool.query(SLEEP);
    };
    const load = Promise.all(shared.pools.map((pool) => times(30, () => lane(pool))));
    await eventually(
      () => Promise.resolve(allowances()),
      ([first = 0, ...others]) => first >= 11 && others.every((each) => each >= 4),
    );
    state.done = true;
    await load;
  });

  it('leaves every pool its own connection beside a greedy one that never lets go', async () => {
    const shared = sharing(8, [1, 1, 1, 1]);
    await times(5, () => hold(shared.at(0)));
    for (const pool of shared.pools.slice(1)) {
      const rows = await times(30, () => pool.query('SELECT 1'));
      expect(rows.length).toBe(30);
    }
  });

  it('moves what one pool has idle to another, once the first has had it to spare for a while', async () => {
    const shared = sharing(6, [1, 1]);
    await times(20, () => shared.at(0).query(SLEEP));
    expect(allowances()).toEqual([5, 1]);
    await times(5, () => hold(shared.at(1)));
    expect(allowances()).toEqual([1, 5]);
  });

  it('lets pools that each hold all that they may go on without waiting for one another', async () => {
    const shared = sharing(8, [1, 1, 1, 1]);
    const transaction = async (pool: pg.Pool): Promise<void> => {
      const client = await pool.connect();
      await client.query('BEGIN');
      await client.query(SLEEP);
      await client.query('COMMIT');
      client.release();
    };
    await Promise.all(shared.pools.map((pool) => times(100, () => transaction(pool))));
    expect(shared.pools.map(({ waitingCount }) => waitingCount)).toEqual([0, 0, 0, 0]);
  });

  it('gives no pool more than any needs, however much there is', async () => {
    const shared = sharing(20, [1, 1], 3);
    await times(30, () => shared.at(0).query(SLEEP));
    expect(allowances()).toEqual([3, 1]);
  });

  it('refuses more pools than it has connections', () => {
    expect(() => sharing(2, [1, 1, 1])).toThrow('2 connections are too few: each module needs one.');
    pools = undefined;
  });
});
