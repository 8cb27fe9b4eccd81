import type { Envelope } from './envelope.js';
import type { Due } from './inbox.js';

/** Events whose handlers prepare at once. What an owner is slow to answer occupies its own slot, and no other's. */
const CONCURRENCY = 64;

/** A key's first event, prepared or in vain, and what waits behind it. */
export interface Ready {
  head: Due;
  later: Due[];
  prepared?: unknown;
  /** Why its handler could not prepare. */
  fault?: unknown;
}

/**
 * Lets handlers ask owners before they decide: many keys side by side, outside any transaction, with no connection held.
 * Whatever has been answered is ready at once, however long others still wait. A queue such as p-limit's would not do:
 * the next claim leaves out exactly the keys that are under way, and a pause drops those that still wait.
 */
export class Preparation {
  private waiting: Due[][] = [];
  private readonly underway = new Set<string>();
  private ready: Ready[] = [];
  private generation = {};

  constructor(
    private readonly prepare: (event: Envelope) => Promise<unknown>,
    /** Called when something is ready. */
    private readonly isReady: () => void,
  ) {}

  /** Whether more events may be claimed: of other keys than those that are prepared, which may take long. */
  get hasRoom(): boolean {
    return this.waiting.length === 0 && this.underway.size < CONCURRENCY;
  }

  get keys(): string[] {
    return [...this.underway];
  }

  /** Events of keys, each in its order, whose first ones are to be prepared next. */
  add(keys: readonly Due[][]): void {
    this.waiting.push(...keys);
  }

  /** Begins with as many as may be under way. */
  begin(): void {
    while (this.underway.size < CONCURRENCY) {
      const [head, ...later] = this.waiting.shift() ?? [];
      if (!head) return;
      void this.prepareFirst(head, later);
    }
  }

  /** What has become ready since the last time. */
  take(): Ready[] {
    return this.ready.splice(0);
  }

  /** Drops everything, also what is still to be answered: it will be prepared anew when it is tried again. */
  forget(): void {
    this.waiting = [];
    this.ready = [];
    this.generation = {};
  }

  private async prepareFirst(head: Due, later: Due[]): Promise<void> {
    const { generation } = this;
    const { eventKey } = head.event;
    this.underway.add(eventKey);
    const ready: Ready = await this.prepare(head.event).then(
      (prepared) => ({ head, later, prepared }),
      (fault: unknown) => ({ head, later, fault }),
    );
    this.underway.delete(eventKey);
    if (generation !== this.generation) return;
    this.ready.push(ready);
    this.isReady();
  }
}
