import { Injectable } from '@nestjs/common';
import {
  Job,
  Timer,
  type DueTimer,
  type JobHandler,
  type RunningJob,
  type TimerHandler,
} from '../../../src/platform/jobs/handlers.js';
import type { UnitOfWork } from '../../../src/platform/messaging/unit-of-work.js';
import { Work } from '../../../src/platform/messaging/work.js';
import { note, stageGadget } from './commands.js';
import { Gadget, GadgetNote } from './gadget.js';

export interface MakeGadgetsInput {
  /** Names of the gadgets are this and a number, so that one made twice is refused by the database. */
  prefix: string;
  count: number;
}

/** What a test does to jobs and timers: looks on, holds them up, or lets them fail. */
@Injectable()
export class BackgroundInterference {
  /** Called before each gadget of a job is committed, with its number. */
  beforeGadget: (index: number, job: RunningJob) => Promise<void> | void = () => undefined;
  /** Called once everything is made. */
  atEnd: (job: RunningJob) => Promise<void> | void = () => undefined;
  tidy: (job: RunningJob) => Promise<void> | void = () => undefined;
  /** Called when a timer has staged what it does, which is not yet committed. */
  onFire: (timer: DueTimer, tx: UnitOfWork) => Promise<void> | void = () => undefined;
}

/** Makes gadgets one by one, each behind the fence, and goes on from those that are there. */
@Injectable()
@Job({ name: 'make-gadgets' })
export class MakeGadgets implements JobHandler<MakeGadgetsInput> {
  constructor(
    private readonly work: Work,
    private readonly interference: BackgroundInterference,
  ) {}

  async run({ prefix, count }: MakeGadgetsInput, job: RunningJob): Promise<void> {
    let made = await this.made(prefix);
    for (; made < count && !job.signal.aborted; made += 1) {
      const index = made;
      await this.work.run(async (tx) => {
        const gadget = stageGadget(tx, `${prefix} ${index}`);
        job.fence(tx);
        await this.interference.beforeGadget(index, job);
        return { body: {}, of: gadget };
      });
      await job.progress(made + 1, count);
    }
    if (!job.signal.aborted) await this.interference.atEnd(job);
  }

  ended({ prefix }: MakeGadgetsInput, how: string, tx: UnitOfWork): Promise<void> {
    tx.statement('INSERT INTO gadget_counter (kind, last_number) VALUES ($1, 1)', [`${prefix} ${how}`]);
    return Promise.resolve();
  }

  private async made(prefix: string): Promise<number> {
    let made = 0;
    await this.work.run(async (tx) => {
      const [row] = await tx.query<{ made: number }>({
        text: `SELECT count(*)::int AS made FROM gadget WHERE name LIKE $1 || ' %'`,
        values: [prefix],
      });
      made = row?.made ?? 0;
      return { body: {} };
    });
    return made;
  }
}

@Injectable()
@Job({ name: 'tidy-gadgets' })
export class TidyGadgets implements JobHandler {
  constructor(private readonly interference: BackgroundInterference) {}

  async run(_: object, job: RunningJob): Promise<void> {
    await this.interference.tidy(job);
  }
}

/** Writes down that it has fired: a row a fire, so that two are seen. */
@Injectable()
@Timer({ name: 'shelve-gadget' })
export class ShelveGadget implements TimerHandler<{ text?: string }> {
  constructor(private readonly interference: BackgroundInterference) {}

  async fire(timer: DueTimer<{ text?: string }>, tx: UnitOfWork): Promise<undefined> {
    tx.add(GadgetNote.on(timer.key, timer.input.text ?? 'fired'));
    tx.audit({ eventType: 'TimerFiredAudit', action: 'FIRE', subject: { gadgetId: timer.key } });
    await this.interference.onFire(timer, tx);
  }
}

/** Changes an aggregate, which a command may do in the same moment. */
@Injectable()
@Timer({ name: 'count-gadget' })
export class CountGadget implements TimerHandler {
  constructor(private readonly interference: BackgroundInterference) {}

  async fire(timer: DueTimer, tx: UnitOfWork): Promise<undefined> {
    const gadget = await tx.load(Gadget, timer.key);
    gadget.colour = 'counted';
    gadget.version += 1;
    tx.change(gadget);
    tx.audit(note('GADGET_COUNTED', gadget));
    await this.interference.onFire(timer, tx);
  }
}

export const BACKGROUND = [BackgroundInterference, MakeGadgets, TidyGadgets, ShelveGadget, CountGadget];
