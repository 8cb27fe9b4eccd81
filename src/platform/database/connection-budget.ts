import type pg from 'pg';
import { OpenConnections } from './open-connections.js';
import { connectOf, replaceConnect, type Connect, type Release } from './pool-connect.js';

/** Of each pool, and never lent: whatever the others do, a module goes on. */
export const GUARANTEED = 1;
/** A pool that has had a connection to spare for so long does not need it. */
const SPARE_AFTER_MS = 500;

interface Member {
  pool: pg.Pool;
  weight: number;
  connect: Connect;
  /** Connections that are opened for those who wait. */
  opening: number;
  /** When it last used all that it had. */
  tightAt: number;
}

/**
 * The connections that a process may open on one server, shared by the pools of its modules.
 *
 * What each pool may open is its allowance, `pool.options.max`; allowances never add up to more than the budget. A pool
 * begins with one, which is its own for good. Whoever needs more is given what is free, what another has not opened, or
 * what another has had idle for half a second. When nothing is left, a pool below its share by weight takes from one
 * above: an idle connection at once, else the next that is released. A pool at its share waits for its own. So small
 * ones have what they need while it lasts, busy ones have the rest, and connections move only towards the shares.
 *
 * A module holds one connection at a time and needs no other to finish: nobody waits for somebody who waits for them.
 */
export class ConnectionBudget {
  /** Those that are really open. */
  readonly connections: OpenConnections;
  private readonly members: Member[] = [];
  private readonly hungry = new Set<Member>();
  private evicting = 0;
  private later: NodeJS.Timeout | undefined;

  /** @param mostOfAPool what none needs more of, however much there is */
  constructor(
    readonly most: number,
    private readonly mostOfAPool = most,
  ) {
    this.connections = new OpenConnections(most);
  }

  /** @throws Error when not even one connection is left for the pool */
  join(pool: pg.Pool, weight: number): void {
    if (this.members.length === this.most)
      throw new Error(`${this.most} connections are too few: each module needs one.`);
    const member: Member = { pool, weight, connect: connectOf(pool), opening: 0, tightAt: 0 };
    pool.options.max = GUARANTEED;
    this.members.push(member);
    replaceConnect(pool, (connected) => {
      member.connect((error, client, release) => {
        if (!client) {
          connected(error, client, release);
          return;
        }
        const back: Release = (fault) => {
          this.release(member, release, fault);
        };
        client.release = back;
        connected(undefined, client, back);
      });
      if (pool.idleCount > pool.waitingCount) return;
      member.tightAt = performance.now();
      if (lacks(member) > 0) this.hungry.add(member);
      if (this.hungry.size > 0) this.serve();
    });
  }

  /** A pool that is closed needs nothing any more. */
  leave(pool: pg.Pool): void {
    const place = this.members.findIndex((member) => member.pool === pool);
    for (const member of this.members.splice(place, place < 0 ? 0 : 1)) this.hungry.delete(member);
    this.serve();
  }

  private release(member: Member, release: Release, fault: boolean | Error | undefined): void {
    const neediest = fault ? undefined : this.neediest();
    if (neediest && neediest !== member && this.mayTake(neediest, member)) {
      member.pool.options.max -= 1;
      release(true);
    } else release(fault);
    if (this.hungry.size > 0) this.serve();
  }

  /** Opens connections for those who wait, as long as there are any to be had. */
  private serve(): void {
    for (let member = this.neediest(); member; member = this.neediest()) {
      if (!this.takeAllowance(member)) {
        this.evictFor(member);
        // What is not to spare yet may be then, though nobody asks for anything meanwhile.
        this.later ??= setTimeout(() => {
          this.later = undefined;
          this.serve();
        }, SPARE_AFTER_MS).unref();
        return;
      }
      member.pool.options.max += 1;
      this.open(member);
    }
  }

  /** Who waits with the least by weight; nobody who has all that a pool may have. */
  private neediest(): Member | undefined {
    let found: Member | undefined;
    for (const member of this.hungry) {
      if (lacks(member) <= 0) this.hungry.delete(member);
      else if (
        isFull(member) &&
        allowance(member) < this.mostOfAPool &&
        (!found || perWeight(member) < perWeight(found))
      )
        found = member;
    }
    return found;
  }

  /** Finds an allowance that nobody uses. */
  private takeAllowance(taker: Member): boolean {
    const given = this.members.reduce((sum, member) => sum + allowance(member), 0);
    if (given < this.most) return true;
    const unused = this.members.find(
      (member) => member !== taker && !isFull(member) && allowance(member) > GUARANTEED && lacks(member) <= 0,
    );
    if (unused) unused.pool.options.max -= 1;
    return unused !== undefined;
  }

  private open(member: Member): void {
    member.opening += 1;
    member.connect((_, client, release) => {
      member.opening -= 1;
      // The pool hands it to whoever has waited longest. Whom it cannot open one for, it tells.
      if (client) release();
      this.serve();
    });
  }

  /** Closes a connection that its pool does not use. */
  private evictFor(taker: Member): void {
    const lacking = [...this.hungry].reduce((sum, member) => sum + Math.max(0, lacks(member)), 0);
    if (this.evicting >= lacking) return;
    const now = performance.now();
    const lends = (member: Member): boolean =>
      member !== taker &&
      allowance(member) > GUARANTEED &&
      (this.mayTake(taker, member) || now - member.tightAt > SPARE_AFTER_MS);
    const lender = this.members.find((member) => member.pool.idleCount > member.pool.waitingCount && lends(member));
    if (!lender) return;
    this.evicting += 1;
    lender.connect((_, client, release) => {
      this.evicting -= 1;
      const given = client !== undefined && lends(lender) && lacks(taker) > 0;
      if (given) lender.pool.options.max -= 1;
      if (client) release(given);
      this.serve();
    });
  }

  /** Whether a pool may take from another that needs what it has: both come closer to their shares. */
  private mayTake(taker: Member, holder: Member): boolean {
    return (
      allowance(taker) + 1 <= this.shareOf(taker) && allowance(holder) > Math.max(GUARANTEED, this.shareOf(holder))
    );
  }

  private shareOf({ weight }: Member): number {
    const weights = this.members.reduce((sum, member) => sum + member.weight, 0);
    return GUARANTEED + ((this.most - GUARANTEED * this.members.length) * weight) / weights;
  }
}

const allowance = ({ pool }: Member): number => pool.options.max;
const perWeight = (member: Member): number => allowance(member) / member.weight;
const isFull = (member: Member): boolean => member.pool.totalCount >= allowance(member);
/** How many wait for whom there is neither an idle connection nor one that is being opened. */
const lacks = ({ pool, opening }: Member): number => pool.waitingCount - pool.idleCount - opening;
