import { describe, expect, it } from '@jest/globals';
import { IsInt } from 'class-validator';
import { asHandler, BusMisused } from '../../src/platform/messaging/asking.js';
import { Bus, Switchboard } from '../../src/platform/messaging/bus.js';
import type { Answered } from '../../src/platform/messaging/envelope.js';
import type { Declaration } from '../../src/platform/ownership/declaration.js';
import { Hold } from '../support/probe/hold.js';
import { declarationOf } from '../support/probe/declarations.js';

class Depth {
  @IsInt()
  depth!: number;
}

class GetDepth implements Answered<Depth> {
  static readonly type: string = 'GetDepth';
  static readonly answer = { one: Depth };
  declare readonly _answer?: Depth;
}
class GetOne extends GetDepth {
  static override readonly type = 'GetOne';
}
class GetTwo extends GetDepth {
  static override readonly type = 'GetTwo';
}
class GetThree extends GetDepth {
  static override readonly type = 'GetThree';
}
class GetFour extends GetDepth {
  static override readonly type = 'GetFour';
}

const LONG = 5_000;

const deeper = ({ depth }: Depth): Depth => ({ depth: depth + 1 });

/** Modules that answer each other, as far as their handlers declare that they ask. */
class Owners {
  private readonly switchboard = new Switchboard();
  readonly failures: string[] = [];

  /** A module's end of the bus. */
  bus(module: string, asks: Record<string, { of: string; deadline_ms?: number; by?: string[] }>): Bus {
    const declared: Declaration['asks'] = {};
    for (const [name, { of, deadline_ms = LONG, by = [] }] of Object.entries(asks))
      declared[name] = { of, deadline_ms, by };
    const declaration = { ...declarationOf('mirror'), module, asks: declared, tells: {} };
    return new Bus(declaration, this.switchboard, (question, { message }) =>
      this.failures.push(`${question} ${message}`),
    );
  }

  answers({ type }: typeof GetDepth, answer: () => Promise<unknown>): void {
    this.switchboard.questions.set(type, { answer });
  }
}

const messageOf = (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => 'It was answered.',
    (error: unknown) => (error as Error).message,
  );

describe('questions that lead to each other', () => {
  /** @param last what the owner at the end of the chain does */
  function chain(last: () => Promise<unknown>, deadlines: { three?: number } = {}): Bus {
    const owners = new Owners();
    const [one, two] = [
      owners.bus('one', { GetTwo: { of: 'two', by: ['GetOne'], deadline_ms: LONG } }),
      owners.bus('two', { GetThree: { of: 'three', by: ['GetTwo'], deadline_ms: deadlines.three ?? LONG } }),
    ] as const;
    owners.answers(GetOne, async () => deeper(await one.ask(GetTwo, {})));
    owners.answers(GetTwo, async () => deeper(await two.ask(GetThree, {})));
    owners.answers(GetThree, last);
    return owners.bus('zero', { GetOne: { of: 'one' } });
  }

  it('are answered to a depth of three', async () => {
    expect(await chain(() => Promise.resolve({ depth: 1 })).ask(GetOne, {})).toEqual({ depth: 3 });
  });

  it('are refused at the fourth, as a misuse that names the handler and the question, not as an owner that failed', async () => {
    const owners = new Owners();
    const three = owners.bus('three', { GetFour: { of: 'four', by: ['GetThree'] } });
    owners.answers(GetFour, () => Promise.resolve({ depth: 4 }));
    const asked = chain(() => three.ask(GetFour, {})).ask(GetOne, {});
    await expect(asked).rejects.toBeInstanceOf(BusMisused);
    expect(await messageOf(asked)).toContain('three.GetThree may not ask GetFour: 3 questions and commands led to it');
  });

  it('are refused to a handler that does not declare them, though its module does', async () => {
    const owners = new Owners();
    const one = owners.bus('one', { GetTwo: { of: 'two', by: ['GetOther'] } });
    owners.answers(GetOne, () => one.ask(GetTwo, {}));
    owners.answers(GetTwo, () => Promise.resolve({ depth: 2 }));
    const asked = owners.bus('zero', { GetOne: { of: 'one' } }).ask(GetOne, {});
    await expect(asked).rejects.toBeInstanceOf(BusMisused);
    expect(await messageOf(asked)).toBe(
      "one.GetOne does not declare that it asks GetTwo; name it in one's asks.GetTwo.by.",
    );
    // A use case that is called over HTTP need not be listed.
    expect(await one.ask(GetTwo, {})).toEqual({ depth: 2 });
  });

  it('are refused to a reaction or job that does not declare them', async () => {
    const owners = new Owners();
    owners.answers(GetOne, () => Promise.resolve({ depth: 1 }));
    const bus = owners.bus('zero', { GetOne: { of: 'one', by: ['on-something'] } });
    expect(await asHandler('zero', 'on-something', () => bus.ask(GetOne, {}))).toEqual({ depth: 1 });
    await expect(asHandler('zero', 'on-another', () => bus.ask(GetOne, {}))).rejects.toBeInstanceOf(BusMisused);
  });

  it('name the owner at the end that is slow, when whoever asked first waits no longer', async () => {
    const hold = new Hold();
    const asked = chain(hold.wait).ask(GetOne, {}, { deadlineMs: 40 });
    expect(await messageOf(asked)).toBe('three did not answer in time; try again.');
    hold.release();
  });

  it('name the owner at the end that failed, and repeat nothing of what it failed with', async () => {
    const asked = chain(() => Promise.reject(new Error('row 7: Ewa Lindqvist'))).ask(GetOne, {});
    await expect(asked).rejects.toMatchObject({ errorCode: 'OWNER_UNAVAILABLE', members: { owner: 'three' } });
    expect(await messageOf(asked)).toBe('three could not answer; try again.');
  });

  it('never outlive the one that caused them, however long they declare that they may take', async () => {
    const hold = new Hold();
    const owners = new Owners();
    const one = owners.bus('one', { GetTwo: { of: 'two', by: ['GetOne'], deadline_ms: 60_000 } });
    let ended: (error: unknown) => void = () => undefined;
    const nested = new Promise((resolve) => (ended = resolve));
    owners.answers(GetOne, () => one.ask(GetTwo, {}).catch((error: unknown) => ended(error)));
    owners.answers(GetTwo, hold.wait);
    const began = performance.now();
    const asked = owners.bus('zero', { GetOne: { of: 'one' } }).ask(GetOne, {}, { deadlineMs: 40 });
    await asked.catch(() => undefined);
    expect(await nested).toMatchObject({ errorCode: 'OWNER_UNAVAILABLE', members: { owner: 'two' } });
    expect(performance.now() - began).toBeLessThan(LONG);
    hold.release();
  });

  it('wait no longer than they declare, however long whoever asked first would wait', async () => {
    const hold = new Hold();
    const asked = chain(hold.wait, { three: 40 }).ask(GetOne, {}, { deadlineMs: 60_000 });
    await expect(asked).rejects.toMatchObject({ errorCode: 'OWNER_UNAVAILABLE', members: { owner: 'three' } });
    hold.release();
  });

  it('are not begun any more once whoever asked first has given up', async () => {
    const hold = new Hold();
    const owners = new Owners();
    const one = owners.bus('one', { GetTwo: { of: 'two', by: ['GetOne'] } });
    let asked = 0;
    let late: Promise<unknown> = Promise.resolve();
    owners.answers(GetTwo, () => Promise.resolve({ depth: (asked += 1) }));
    owners.answers(GetOne, () => (late = hold.wait().then(() => one.ask(GetTwo, {}))));
    const first = owners.bus('zero', { GetOne: { of: 'one' } }).ask(GetOne, {}, { deadlineMs: 20 });
    await expect(first).rejects.toMatchObject({ members: { owner: 'one' } });
    hold.release();
    await expect(late).rejects.toMatchObject({ errorCode: 'OWNER_UNAVAILABLE' });
    expect(asked).toBe(0);
  });
});

describe('an answer', () => {
  const refused = { errorCode: 'OWNER_UNAVAILABLE', members: { owner: 'one' } };

  it.each([
    ['lacks a field', {}],
    ['has a field of another type', { depth: 'Ewa Lindqvist' }],
    ['has a field that the contract does not name', { depth: 1, name: 'Ewa Lindqvist' }],
    ['is no object', 1],
    ['is missing', undefined],
    ['is null where one is promised', null],
  ])('that %s is a failure of its owner and never reaches the asker', async (_, answer) => {
    const owners = new Owners();
    owners.answers(GetOne, () => Promise.resolve(answer));
    const asked = owners.bus('zero', { GetOne: { of: 'one' } }).ask(GetOne, {});
    await expect(asked).rejects.toMatchObject(refused);
    expect(owners.failures).toEqual([expect.stringContaining('GetOne')]);
    expect(owners.failures.join()).not.toContain('Ewa');
  });

  it('is a list where a list is promised, each of its items as the contract says', async () => {
    class GetDepths implements Answered<Depth[]> {
      static readonly type = 'GetDepths';
      static readonly answer = { each: Depth };
      declare readonly _answer?: Depth[];
    }
    const owners = new Owners();
    const bus = owners.bus('zero', { GetDepths: { of: 'one' } });
    const answering = (answer: unknown): Promise<Depth[]> => {
      owners.answers(GetDepths as unknown as typeof GetDepth, () => Promise.resolve(answer));
      return bus.ask(GetDepths, {});
    };
    expect(await answering([{ depth: 1 }, { depth: 2 }])).toEqual([{ depth: 1 }, { depth: 2 }]);
    await expect(answering({ depth: 1 })).rejects.toMatchObject(refused);
    await expect(answering([{ depth: 1 }, { depth: 'two' }])).rejects.toMatchObject(refused);
  });
});
