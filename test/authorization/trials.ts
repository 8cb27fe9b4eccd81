import pLimit from 'p-limit';
import { CLASSIFICATIONS } from '../../src/platform/base/context.js';
import { DEMO_OFFICERS } from '../support/demo-officers.js';
import type { TestApplication } from '../support/application.js';
import { type ExpectedGuard, type Permission } from '../support/permission-table.js';
import { callAs, reaches, TEAM, type Answered, type Call, type Caller } from './callers.js';
import { PROBES } from './probes.js';
import { nowhere, type World } from './stage.js';

/** Every role that an officer can have. */
export const ROLES = [...new Set(Object.values(DEMO_OFFICERS))];

export const rolesIn = ({ roles }: Permission): readonly string[] => (roles === 'PUBLIC' ? ROLES : roles);

export const guardIn = ({ guards = [] }: Permission, of: ExpectedGuard['of']): ExpectedGuard | undefined =>
  guards.find((guard) => guard.of === of);

/** With a role alone, whatever the clearance and the team. */
export const callersIn = (row: Permission): Caller[] =>
  rolesIn(row).flatMap((role) =>
    CLASSIFICATIONS.flatMap((clearance) => [TEAM, 'other'].map((team) => ({ roles: [role], clearance, team }))),
  );

export const AS_IF_NOT_THERE = 'as if it were not there';

/** What differs from answer to answer by itself. */
const OF_THE_ANSWER = /^(date|x-correlation-id|x-command-id|x-ratelimit-.*|content-length|keep-alive|connection)$/;

/** An answer without what names the call or the things that it named. */
function essenceOf({ status, headers, text }: Answered, world: World): string {
  const named = Object.values(world).filter((value): value is string =>
    /^\w+_[0-9A-HJKMNP-TV-Z]{26}$/.test(String(value)),
  );
  const blank = (said: string): string => named.reduce((rest, id) => rest.replaceAll(id, '#'), said);
  const kept = [...headers].filter(([name]) => !OF_THE_ANSWER.test(name));
  return JSON.stringify([status, kept, blank(text).replace(/"correlationId":"[^"]*"/, '')]);
}

export const outcomeOf = ({ status, errorCode }: Answered): string =>
  errorCode ? `${status} ${errorCode}` : String(status);

/** Who may see a case, from the contract: clearance first; then, where it is restricted to its team, the team. */
export function seesCase(row: Permission, { roles, clearance, team }: Caller, world: World): boolean {
  const by = guardIn(row, 'CASE')?.by ?? [];
  if (by.includes('CLEARANCE') && !reaches(clearance, world.classification)) return false;
  return !by.includes('TEAM') || !world.restrictedToTeam || team === TEAM || roles.includes('SUPERVISOR');
}

const described = ({ roles, clearance, team, name }: Caller): string =>
  `${roles.join('+')} ${clearance} of ${team}${name ? ` (${name})` : ''}`;

/** Calls routes and says what is not as the permission table says. */
export class Trials {
  private readonly turn = pLimit(12);
  private readonly missing = new Map<string, Promise<{ answer: Answered; world: World }>>();

  constructor(
    readonly remit: TestApplication,
    /** That everybody may see who may see any case. */
    readonly open: World,
  ) {}

  call(by: Caller | 'NOBODY' | 'PARTY', call: Call): Promise<Answered> {
    return this.turn(() => callAs(this.remit, by, call));
  }

  probe({ endpoint }: Permission, world: World): { call: Call; letIn: string } {
    const probe = PROBES[endpoint];
    if (!probe) throw new Error(`${endpoint} is not tried: say in probes.ts how it is called.`);
    return probe(world, this.open);
  }

  /**
   * What the caller gets of a thing: as what is not there, to the byte but for ids, or the status with its code. One that
   * is withheld in part is answered so.
   */
  async outcome(row: Permission, by: Caller, world: World): Promise<string> {
    const { answer: none, world: noWorld } = await this.ofNothing(row, by);
    const answer = await this.call(by, this.probe(row, world).call);
    if (essenceOf(answer, world) === essenceOf(none, noWorld)) return `${AS_IF_NOT_THERE} (${outcomeOf(none)})`;
    return outcomeOf(answer);
  }

  /** What the same caller gets of nothing. Asked once, for it does not change. */
  private ofNothing(row: Permission, by: Caller): Promise<{ answer: Answered; world: World }> {
    const key = `${row.endpoint} ${described(by)}`;
    const known = this.missing.get(key);
    if (known) return known;
    const world = nowhere();
    const asked = this.call(by, this.probe(row, world).call).then((answer) => ({ answer, world }));
    this.missing.set(key, asked);
    return asked;
  }

  /** After the table was changed, what is answered of nothing may be something else. */
  forget(): void {
    this.missing.clear();
  }

  /**
   * Tries every caller on every world, and lists where it went otherwise than expected. Whoever is of the team is tried
   * on what is restricted to it.
   */
  async each(
    row: Permission,
    callers: readonly Caller[],
    worlds: readonly World[],
    expected: (by: Caller, world: World) => string,
  ): Promise<string[]> {
    const tried = callers.flatMap((by) =>
      worlds
        .filter(({ restrictedToTeam }) => restrictedToTeam || by.team !== TEAM)
        .map(async (world) => {
          const [wanted, got] = [expected(by, world), await this.outcome(row, by, world)];
          const of = `${world.classification}${world.restrictedToTeam ? ' for its team' : ''}`;
          return wanted === got ? [] : [`${row.endpoint} by ${described(by)} on ${of}: ${got} instead of ${wanted}`];
        }),
    );
    return (await Promise.all(tried)).flat();
  }

  /** What someone gets who may not see it: the answer to what is not there, which is the row's. */
  static hidden({ otherwise }: ExpectedGuard): string {
    return `${AS_IF_NOT_THERE} (${otherwise === 'left out' ? '200' : (otherwise.split(',')[0] ?? '')})`;
  }
}
