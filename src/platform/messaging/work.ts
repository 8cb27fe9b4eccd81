import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from '../base/clock.js';
import { currentCall, withCall, type Call } from '../base/context.js';
import type { ModuleDatabase } from '../database/module-database.js';
import type { Statement } from '../database/statement.js';
import {
  isRefusedWith,
  mayDecideAgain,
  REFUSED_BY_STATEMENT,
  UNIQUE_VIOLATION,
  VERSION_MISMATCH,
  type DatabaseFault,
} from './commit-faults.js';
import { isJobLost, JobLost } from './job-lost.js';
import { TIMER_SETTLED, type Firing } from './staged-background.js';
import { refuse } from '../base/refusal.js';
import { Answer, withAllocated, type Draft } from './answer.js';
import { sharePauseLock, unlessPaused } from './pause-lock.js';
import { SETTLE, settleTogether } from './inbox.js';
import { UnitOfWork } from './unit-of-work.js';

const inside = new AsyncLocalStorage<true>();

/** Whether a unit of work is under way: questions and commands to others are refused then, or pools would starve. */
export const isInsideWork = (): boolean => inside.getStore() === true;

const ALREADY_HANDLED = 'ALREADY_HANDLED';
const PAUSED = 'PAUSED';
const ATTEMPTS = 5;

/** What a consumer is to do about one stored event, and in whose name. */
export interface Reaction {
  eventId: string;
  call: Call;
  handle: (tx: UnitOfWork) => Promise<Draft | undefined>;
}

interface StoredAnswer {
  digest: string;
  status: number;
  body: string;
  etag: string | null;
  location: string | null;
}

interface Decided {
  eventId: string;
  statement: Statement;
  changed: string[];
  next: Date | undefined;
}

/** The first answer to this key was committed meanwhile; whoever asked again gets that one. */
export class AlreadyAnswered extends Error {}

/** The event was handled meanwhile, by another process or an earlier try whose answer was lost. */
export class AlreadyHandled extends Error {}

/** Delivery was paused before the event's effect was committed. */
export class DeliveryPaused extends Error {}

/** The timer was moved or withdrawn before its effect was committed, or has fired elsewhere: nothing happened here. */
export class TimerSettled extends Error {}

/**
 * The one way to write. `run` loads, decides and commits as one unit; on a version that moved under a command that
 * named none, it decides again on what is there now.
 */
export class Work {
  constructor(
    private readonly database: ModuleDatabase,
    private readonly clock: Clock,
    /** Called after each commit, so that consumers need not wait for their next poll. */
    private readonly committed: () => void,
    /** Called with the time at which the first job or timer of a commit is due. */
    private readonly scheduled: (next: Date) => void = () => undefined,
    /** By type of event, the read models that show what it tells. */
    private readonly readModels: ReadonlyMap<string, readonly string[]> = new Map(),
  ) {}

  /**
   * @throws Refusal as the use case decides, VERSION_MISMATCH when the caller's version is stale
   * @throws AlreadyAnswered when this idempotency key has been answered
   */
  async run(decide: (tx: UnitOfWork) => Promise<Draft> | Draft): Promise<Answer> {
    const call = currentCall();
    for (let attempt = 1; ; attempt += 1) {
      const tx = new UnitOfWork(this.database, this.clock.now(), call, undefined, this.readModels);
      const draft = await inside.run(true, async () => decide(tx));
      const { statement, answer, allocationToken } = tx.compose(draft);
      try {
        this.reach('before', call, tx);
        const [row] = await this.database.query<{ allocated?: string }>(statement);
        this.reach('after', call, tx);
        this.announce(tx);
        return allocationToken ? withAllocated(answer, allocationToken, row?.allocated ?? '') : answer;
      } catch (error) {
        const next = this.afterFault(error as DatabaseFault, attempt, tx);
        if (next !== 'again') throw next;
      }
    }
  }

  /**
   * Handles a stored event: its effects and the mark that it was handled are one commit.
   * @throws AlreadyHandled; DeliveryPaused, when nothing of it happened
   */
  async react(consumer: string, { eventId, call, handle }: Reaction): Promise<void> {
    const conditions = [
      { ...unlessPaused(consumer), code: PAUSED },
      { sql: SETTLE, values: [consumer, eventId], code: ALREADY_HANDLED },
    ];
    await this.effect(call, handle, { conditions }).catch((error: unknown) => {
      if (isRefusedWith(error as DatabaseFault, PAUSED)) throw new DeliveryPaused();
      throw isRefusedWith(error as DatabaseFault, ALREADY_HANDLED) ? new AlreadyHandled() : error;
    });
  }

  /**
   * Fires a timer: its effects and its end are one commit.
   * @throws TimerSettled when nothing of it happened
   */
  async fire(firing: Firing, call: Call, handle: Reaction['handle']): Promise<void> {
    await this.effect(call, handle, { firing }).catch((error: unknown) => {
      throw isRefusedWith(error as DatabaseFault, TIMER_SETTLED) ? new TimerSettled() : error;
    });
  }

  /** Commits what nobody waits for an answer to; decides again on what came in between. */
  private async effect(
    call: Call,
    handle: Reaction['handle'],
    { conditions = [], firing }: { conditions?: Parameters<UnitOfWork['compose']>[1]; firing?: Firing },
  ): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const tx = new UnitOfWork(this.database, this.clock.now(), call, firing);
      await decideWithin(call, () => handle(tx));
      try {
        const { statement } = tx.compose({ body: {} }, conditions);
        if (!firing) this.database.faults.reach('before the commit of a reaction');
        await this.database.query(statement);
        if (!firing) this.database.faults.reach('after the commit of a reaction');
        this.announce(tx);
        return;
      } catch (error) {
        const fault = error as DatabaseFault;
        // What came in between is no fault of the event's: a command, or another event that began the same thing.
        if (attempt === ATTEMPTS || !(mayDecideAgain(fault) || fault.code === UNIQUE_VIOLATION))
          throw (fault.code === REFUSED_BY_STATEMENT ? tx.refusalOf(fault.message) : undefined) ?? error;
      }
    }
  }

  private reach(when: 'before' | 'after', { idempotency }: Call, { isFenced }: UnitOfWork): void {
    if (idempotency) this.database.faults.reach(`${when} the commit of a command`);
    if (isFenced) this.database.faults.reach(`${when} a commit behind the fence`);
  }

  private announce({ nextInBackground }: UnitOfWork): void {
    this.committed();
    if (nextInBackground) this.scheduled(nextInBackground);
  }

  /**
   * Handles stored events of different keys in one transaction, which waits for the disk once. Whatever stands in the
   * way of one of them undoes all, and `react` is to find out which it was and why.
   * @param undone gets why the transaction was rolled back
   * @returns the ids of those that are handled; nothing is known of the others
   */
  async reactTogether(
    consumer: string,
    reactions: readonly Reaction[],
    undone: (fault: unknown) => void,
  ): Promise<ReadonlySet<string>> {
    if (reactions.length < 2) return new Set();
    const decided = await Promise.all(reactions.map((each) => this.decide(each)));
    const batch = withoutCollisions(decided.filter((unit) => unit !== undefined));
    if (batch.length < 2) return new Set();
    const eventIds = batch.map(({ eventId }) => eventId);
    const { faults } = this.database;
    try {
      await this.database.transaction((transaction) => {
        transaction.send(settleTogether(consumer, eventIds));
        for (const { statement } of batch) transaction.send(statement);
        return faults.reachWritten('before the commit of several reactions', transaction);
      }, sharePauseLock(consumer));
      faults.reach('after the commit of several reactions');
    } catch (fault) {
      undone(fault);
      return new Set();
    }
    this.committed();
    for (const { next } of batch) if (next) this.scheduled(next);
    return new Set(eventIds);
  }

  /** @returns nothing when that fails */
  private async decide({ eventId, call, handle }: Reaction): Promise<Decided | undefined> {
    const tx = new UnitOfWork(this.database, this.clock.now(), call);
    try {
      await decideWithin(call, () => handle(tx));
      const { statement } = tx.compose({ body: {} });
      return { eventId, statement, changed: tx.changedAggregates(), next: tx.nextInBackground };
    } catch {
      return undefined;
    }
  }

  /**
   * The first answer to this call's idempotency key; none while its body is still to come, which would tell.
   * @throws IDEMPOTENCY_KEY_REUSED when the key belongs to another request
   */
  async firstAnswer({ actor, idempotency }: Call): Promise<Answer | undefined> {
    if (!idempotency || idempotency.incomplete) return undefined;
    const [found] = await this.database.query<StoredAnswer>({
      name: 'first_answer',
      text: `SELECT digest, status, body, etag, location FROM idempotency_record
             WHERE actor_id = $1 AND idempotency_key = $2 AND created_at > $3`,
      values: [actor.actorId, idempotency.key, this.oldestKept()],
    });
    if (!found) return undefined;
    if (found.digest !== idempotency.digest)
      throw refuse.IDEMPOTENCY_KEY_REUSED(
        'Use a new key for a new request; a key stands for one request for 24 hours.',
      );
    return new Answer(found);
  }

  /** Whether this call's idempotency key has been answered, whatever it was used for. */
  async isAnswered({ actor, idempotency }: Call): Promise<boolean> {
    if (!idempotency) return false;
    const [found] = await this.database.query<{ kept: boolean }>({
      name: 'is_answered',
      text: 'SELECT created_at > $3 AS kept FROM idempotency_record WHERE actor_id = $1 AND idempotency_key = $2',
      values: [actor.actorId, idempotency.key, this.oldestKept()],
    });
    // Older than it is kept: the key is free again.
    if (found && !found.kept) await this.forgetOldAnswers();
    return found?.kept === true;
  }

  /**
   * Carries out a command so that a repeat of it, at any time and however it fails this time, gets the first answer.
   * The answer is read only after something failed: a first run costs no look-up.
   */
  async answering(command: () => Promise<Answer>): Promise<Answer> {
    const call = currentCall();
    try {
      return await command();
    } catch (error) {
      const first = await this.firstAnswer(call);
      if (first) return first;
      if (!(error instanceof AlreadyAnswered)) throw error;
      // The key is there but older than it is kept: it is free again, for whoever comes first.
      await this.forgetOldAnswers();
      return this.answering(command);
    }
  }

  /** Drops idempotency records past their 24 hours. */
  async forgetOldAnswers(): Promise<void> {
    await this.database.query({
      text: 'DELETE FROM idempotency_record WHERE created_at <= $1',
      values: [this.oldestKept()],
    });
  }

  private oldestKept(): Date {
    const DAY = 86_400_000;
    return new Date(this.clock.now().getTime() - DAY);
  }

  private afterFault(fault: DatabaseFault, attempt: number, tx: UnitOfWork): Error | 'again' {
    const failure = fault as unknown as Error;
    if (fault.code === UNIQUE_VIOLATION && fault.table === 'idempotency_record') return new AlreadyAnswered();
    if (isJobLost(fault)) return new JobLost();
    const refused = fault.code === REFUSED_BY_STATEMENT ? tx.refusalOf(fault.message) : undefined;
    if (refused) return refused;
    // With If-Match the next attempt refuses by itself, and tells the version it found.
    if (mayDecideAgain(fault) && attempt < ATTEMPTS) return 'again';
    const moved = isRefusedWith(fault, VERSION_MISMATCH);
    if (isRefusedWith(fault, 'TIMER_GONE')) return refuse.TIMER_GONE();
    if (isRefusedWith(fault, 'JOB_ALREADY_RUNNING')) return refuse.JOB_ALREADY_RUNNING();
    return moved ? refuse.VERSION_MISMATCH('Too many changes at once; try again.') : failure;
  }
}

const decideWithin = <T>(call: Call, decide: () => Promise<T>): Promise<T> =>
  withCall(call, () => inside.run(true, decide));

/** Without those that change what an earlier one changes: they are to decide on what it will have left. */
function withoutCollisions(units: readonly Decided[]): Decided[] {
  const taken = new Set<string>();
  return units.filter(({ changed }) => {
    const collides = changed.some((each) => taken.has(each));
    if (!collides) for (const each of changed) taken.add(each);
    return !collides;
  });
}
