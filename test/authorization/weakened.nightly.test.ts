import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { permissionFor } from '../support/permission-table.js';
import { TRIES } from './all-tries.js';
import { rowsOfRoutes } from './rows.js';
import { stage, type Staged } from './staged.js';
import { weakeningsOf, whileWeakened } from './weakenings.js';

/** A part of the endpoints' names: for trying a few rows out. */
const ONLY = process.env.REMIT_TEST_ROWS ?? '';
const WEAKENINGS = rowsOfRoutes()
  .flatMap(weakeningsOf)
  .filter(({ endpoint }) => endpoint.includes(ONLY));

describe('a weakened row of the permission table', () => {
  let staged: Staged;
  beforeAll(async () => {
    staged = await stage();
  }, 180_000);
  afterAll(() => staged.remit.stop());

  /** The first try that finds something wrong with the route. */
  const noticedBy = async (endpoint: string): Promise<string | undefined> => {
    const row = permissionFor(endpoint);
    if (!row) return undefined;
    staged.trials.forget();
    for (const [what, tried] of TRIES) if ((await tried(row, staged)).length > 0) return what;
    return undefined;
  };

  it('is one of them all: of every row that is not for everybody', () => {
    if (ONLY !== '') return;
    const guarded = rowsOfRoutes().filter(({ roles }) => roles !== 'PUBLIC');
    expect(new Set(WEAKENINGS.map(({ endpoint }) => endpoint)).size).toBe(guarded.length);
    expect(WEAKENINGS.length).toBeGreaterThan(250);
  });

  it.each(WEAKENINGS.map((each) => [each.endpoint, each.how, each] as const))(
    'is noticed: %s %s',
    async (endpoint, _, weakening) => {
      expect(await whileWeakened(weakening, () => noticedBy(endpoint))).toBeDefined();
    },
    120_000,
  );

  it('leaves the rows as they were: none of them is noticed now', async () => {
    const noticed = await noticedIn([...new Set(WEAKENINGS.map(({ endpoint }) => endpoint))]);
    expect(noticed).toEqual([]);
  }, 1_200_000);

  async function noticedIn(endpoints: readonly string[]): Promise<string[]> {
    const noticed: string[] = [];
    for (const endpoint of endpoints) {
      const what = await noticedBy(endpoint);
      if (what !== undefined) noticed.push(`${endpoint}: ${what}`);
    }
    return noticed;
  }
});
