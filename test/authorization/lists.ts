import { CLASSIFICATIONS } from '../../src/platform/base/context.js';
import { reaches, TEAM, type Caller } from './callers.js';
import { granteeOf, TITLE } from './scenes.js';
import type { Staged } from './staged.js';
import type { World } from './stage.js';
import { guardIn, outcomeOf, rolesIn, seesCase } from './trials.js';
import type { Try } from './tries.js';

interface Page {
  data: unknown[];
  nextCursor?: string | null;
}

const textIn = (cursor: string | null | undefined): string => Buffer.from(cursor ?? '', 'base64url').toString('utf8');

/** What is wrong with a list that is read page by page, to its end. */
async function faultsIn(
  { trials }: Staged,
  by: Caller,
  path: string,
  { limit, shown, hidden }: { limit: number; shown: readonly string[]; hidden: readonly string[] },
): Promise<string[]> {
  const [pages, faults]: [string[], string[]] = [[], []];
  for (let cursor: string | null | undefined = ''; typeof cursor === 'string';) {
    const answer = await trials.call(by, {
      method: 'GET',
      path: `${path}limit=${limit}${cursor && `&cursor=${cursor}`}`,
    });
    if (answer.status !== 200) return [`${path} is answered ${outcomeOf(answer)}`];
    const { data, nextCursor } = JSON.parse(answer.text) as Page;
    if (nextCursor != null && data.length < limit) faults.push('a page is not full');
    pages.push(answer.text, textIn(nextCursor), textIn(/cursor=([\w-]+)/.exec(answer.headers.get('link') ?? '')?.[1]));
    cursor = nextCursor;
  }
  const said = pages.join();
  if (!shown.every((id) => said.includes(id))) faults.push('something that the reader may see is not in it');
  if (hidden.some((id) => said.includes(id))) faults.push('something that the reader may not see is in it');
  return faults;
}

/** Each list with what its pages hold of a world, or of a party. */
const LISTS: Readonly<Record<string, { path: string; limit: number; of: 'CASE' | 'PARTY' | 'BOTH' }>> = {
  'GET /cases': { path: '/cases?', limit: 2, of: 'CASE' },
  'GET /worklist': { path: '/worklist?', limit: 2, of: 'CASE' },
  'GET /parties': { path: '/parties?', limit: 2, of: 'PARTY' },
  'GET /audit/records': { path: '/audit/records?', limit: 100, of: 'BOTH' },
  'GET /audit/verification': { path: '/audit/verification?', limit: 10, of: 'BOTH' },
};

const EVERYBODY: readonly Omit<Caller, 'roles'>[] = CLASSIFICATIONS.flatMap((clearance) =>
  [TEAM, 'other'].map((team) => ({ clearance, team })),
);

/** A list holds all that its reader may see, in full pages, and neither it nor a cursor anything else. */
export const byList: Try = async (row, staged) => {
  const list = LISTS[row.endpoint];
  if (!list) return [];
  const { worlds, parties } = staged;
  const isOfRecords = guardIn(row, 'AUDIT_RECORD') !== undefined;
  const tried = rolesIn(row).flatMap((role) =>
    EVERYBODY.map(async (each) => {
      const by = { roles: [role], ...each };
      if (isOfRecords && !reaches(by.clearance, 'CONFIDENTIAL')) {
        const got = outcomeOf(await staged.trials.call(by, { method: 'GET', path: list.path }));
        return got === '403 FORBIDDEN'
          ? []
          : [`${row.endpoint} by ${role} ${by.clearance}: ${got} instead of 403 FORBIDDEN`];
      }
      const seesParty = ({ classification }: World): boolean =>
        guardIn(row, 'PARTY') === undefined || reaches(by.clearance, classification);
      const cases =
        list.of === 'PARTY' ? [] : worlds.map((world) => ({ id: world.caseId, seen: seesCase(row, by, world) }));
      const ofParties =
        list.of === 'CASE' ? [] : parties.map((party) => ({ id: party.partyId, seen: seesParty(party) }));
      const all = [...cases, ...ofParties];
      const [shown, hidden] = [true, false].map((wanted) =>
        all.filter(({ seen }) => seen === wanted).map(({ id }) => id),
      );
      const faults = await faultsIn(staged, by, list.path, {
        limit: list.limit,
        shown: shown ?? [],
        hidden: hidden ?? [],
      });
      return faults.map((fault) => `${row.endpoint} by ${role} ${by.clearance} of ${by.team}: ${fault}`);
    }),
  );
  return (await Promise.all(tried)).flat();
};

/** The list of what belongs to something else holds no more than the reader may see of it. */
export const byPart: Try = async (row, staged) => {
  const { trials, worlds, items, hiddenItems } = staged;
  const callers = rolesIn(row).flatMap((role) => EVERYBODY.map((each) => ({ roles: [role], ...each })));
  const countsOf = async (by: Caller, path: string): Promise<number> => {
    const { text } = await trials.call(by, { method: 'GET', path });
    const { data } = JSON.parse(text) as { data: unknown[] | { cases: unknown[] } };
    return Array.isArray(data) ? data.length : data.cases.length;
  };
  const expectOne = async (by: Caller, path: string, world: World, wanted: number): Promise<string[]> => {
    const got = await countsOf(by, path);
    return got === wanted
      ? []
      : [
          `${row.endpoint} by ${by.roles.join()} ${by.clearance} of ${by.team}, ${world.classification}: ${got} instead of ${wanted}`,
        ];
  };
  if (row.endpoint === 'GET /parties/{id}/case-history')
    return tryAll(callers, worlds, (by, world) =>
      expectOne(by, `/parties/${world.partyId}/case-history`, world, seesCase(row, by, world) ? 1 : 0),
    );
  if (row.endpoint === 'GET /evidence') {
    // A grant lists the one item and nothing besides, not even the other of the same case.
    const byGrant = tryAll(rolesIn(row).map(granteeOf), hiddenItems, (by, item) =>
      expectOne(by, `/evidence?caseId=${item.caseId}`, item, seesCase(row, by, item) ? 2 : 1),
    );
    const byClearance = tryAll(callers, items.slice(0, 1), async (by, { caseId }) => {
      const { text } = await trials.call(by, { method: 'GET', path: `/evidence?caseId=${caseId}` });
      const [got, wanted] = [
        text.split(TITLE).length - 1,
        items.filter((each) => reaches(by.clearance, each.classification)).length,
      ];
      return got === wanted
        ? []
        : [`${row.endpoint} by ${by.roles.join()} ${by.clearance}: ${got} titles instead of ${wanted}`];
    });
    return (await Promise.all([byGrant, byClearance])).flat();
  }
  return [];
};

async function tryAll(
  callers: readonly Caller[],
  worlds: readonly World[],
  one: (by: Caller, world: World) => Promise<string[]>,
): Promise<string[]> {
  return (await Promise.all(callers.flatMap((by) => worlds.map((world) => one(by, world))))).flat();
}
