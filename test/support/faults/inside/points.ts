import { ModuleDatabase } from '../../../../src/platform/database/module-database.js';
import { Transaction } from '../../../../src/platform/database/transaction.js';
import type { Batch, Deliverer } from '../../../../src/platform/messaging/consumer.js';
import { ConsumerOffset, LeaseLost } from '../../../../src/platform/messaging/consumer-offset.js';
import type { Inbox } from '../../../../src/platform/messaging/inbox.js';
import { LogReader } from '../../../../src/platform/messaging/log-reader.js';
import { ProjectionDeliverer } from '../../../../src/platform/messaging/projection-deliverer.js';
import { ReactionDeliverer } from '../../../../src/platform/messaging/reaction-deliverer.js';
import { Rebuild } from '../../../../src/platform/projections/rebuild/rebuild.js';
import { RebuildSlots } from '../../../../src/platform/projections/rebuild/rebuild-slots.js';
import type { CrashPoint, Instructions } from '../crash-points.js';
import { reach } from './reach.js';
import { onStatement } from './statements.js';
import { say } from './words.js';

/**
 * A unit of work is one statement. A command's stores its first answer, a reaction's settles an inbox row; those of
 * several reactions do neither, because one statement before them settles all.
 */
const commits = (text: string): boolean => text.includes('INSERT INTO bus.outbox_event');
const settles = (text: string): boolean => text.includes('UPDATE inbox_event');
const fences = (text: string): boolean => text.includes('UPDATE job SET lease_until');

const STATEMENTS: { of: string; matches: (text: string) => boolean; namesConsumer?: true }[] = [
  { of: 'the commit of a command', matches: (text) => commits(text) && text.includes('idempotency_record') },
  { of: 'the commit of a reaction', matches: (text) => commits(text) && settles(text) },
  { of: 'the inbox is written', matches: (text) => text.includes('INSERT INTO inbox_event'), namesConsumer: true },
  { of: 'a job is taken', matches: (text) => text.includes(`UPDATE job SET status = 'RUNNING'`) },
  { of: 'a commit behind the fence', matches: (text) => commits(text) && fences(text) },
  { of: 'the end of a job', matches: (text) => text.includes('UPDATE job') && text.includes(`'COMPLETED'`) },
  { of: 'the commit of a batch', matches: (text) => text === 'COMMIT' },
];

/** Puts the points where they are. The effect of a projection is in `witness.ts`, around each handler. */
export function placePoints(instructions: Instructions): void {
  for (const { of, matches, namesConsumer } of STATEMENTS)
    onStatement({
      matches,
      before: ([first]) => reach(`before ${of}` as CrashPoint, instructions, namesConsumer && (first as string)),
      after: () => reach(`after ${of}` as CrashPoint, instructions),
    });

  placeAroundSeveralReactions(instructions);
  placeInRebuilds(instructions);

  const reader = LogReader.prototype;
  const read = Reflect.get(reader, 'read');
  reader.read = async function (...given) {
    reach('before a window is read', instructions);
    const page = await read.apply(this, given);
    if (page.events.length > 0) reach('after a window is read', instructions);
    return page;
  };

  const offset = ConsumerOffset.prototype;
  const move = Reflect.get(offset, 'move');
  offset.move = function (...given) {
    const [transaction, epoch] = given;
    const { consumer } = this as unknown as { consumer: string };
    reach('before the offset is moved', instructions);
    move.apply(this, given);
    const text = 'INSERT INTO witness.move (consumer, epoch) VALUES ($1, $2)';
    transaction.send({ text, values: [consumer, epoch] }, () => {
      say({ moved: consumer, held: true });
      reach('after the offset is moved', instructions);
    });
  };

  for (const deliverer of [ProjectionDeliverer.prototype, ReactionDeliverer.prototype]) {
    const deliver = Reflect.get(deliverer, 'deliver');
    deliverer.deliver = function (this: Deliverer, batch: Batch): Promise<boolean> {
      return deliver.call(this as never, batch).catch((error: unknown) => {
        const { inbox } = this as unknown as { inbox: Inbox };
        if (error instanceof LeaseLost) say({ moved: inbox.consumer, held: false });
        throw error;
      });
    };
  }
}

type Step = (this: unknown, ...given: unknown[]) => Promise<unknown>;

/** Around a step of a rebuild: what it commits is not yet there before, and is there after. */
function placeAround(
  prototype: object,
  name: string,
  points: { before?: CrashPoint; after?: CrashPoint },
  instructions: Instructions,
  isOne: (of: unknown, done: unknown) => boolean = () => true,
): void {
  const step = Reflect.get(prototype, name) as Step;
  Reflect.set(prototype, name, async function (this: unknown, ...given: unknown[]) {
    if (points.before && isOne(this, true)) reach(points.before, instructions);
    const done = await step.apply(this, given);
    if (points.after && isOne(this, done)) reach(points.after, instructions);
    return done;
  } satisfies Step);
}

function placeInRebuilds(instructions: Instructions): void {
  const isReplay = (of: unknown): boolean => (of as { inbox: Inbox }).inbox.consumer.endsWith(':rebuild');
  const begin = { before: 'before a rebuild begins', after: 'after a rebuild has begun' } as const;
  placeAround(RebuildSlots.prototype, 'begin', begin, instructions);
  const page = { before: 'before a page of a rebuild', after: 'after a page of a rebuild' } as const;
  placeAround(ProjectionDeliverer.prototype, 'deliver', page, instructions, isReplay);
  const turn = { before: 'before the switch of a rebuild', after: 'after the switch of a rebuild' } as const;
  placeAround(Rebuild.prototype, 'switchFrom', turn, instructions, (_, done) => done === true);
  const empty = { before: 'before the old slot is emptied', after: 'after the old slot is emptied' } as const;
  placeAround(RebuildSlots.prototype, 'emptyOther', empty, instructions);
  onStatement({
    matches: (text) => text.includes('UPDATE projection_slot SET active_slot'),
    after: () => reach('inside the switch of a rebuild', instructions),
  });
}

/** Of all transactions only that of several reactions sends an update of the inbox without waiting for its answer. */
function placeAroundSeveralReactions(instructions: Instructions): void {
  const settling = new WeakSet<Transaction>();
  const { prototype: transactions } = Transaction;
  const send = Reflect.get(transactions, 'send');
  transactions.send = function (...given) {
    const [statement] = given;
    if (settles(typeof statement === 'string' ? statement : statement.text)) settling.add(this);
    send.apply(this, given);
  };

  const { prototype: databases } = ModuleDatabase;
  const run = Reflect.get(databases, 'transaction');
  databases.transaction = async function <T>(
    this: ModuleDatabase,
    work: (transaction: Transaction) => Promise<T>,
    opening?: string,
  ): Promise<T> {
    const { done, several } = await run.call<
      ModuleDatabase,
      [(transaction: Transaction) => Promise<{ done: T; several: boolean }>, string | undefined],
      Promise<{ done: T; several: boolean }>
    >(
      this,
      async (transaction) => {
        const done = await work(transaction);
        if (!settling.has(transaction)) return { done, several: false };
        // What was sent before it has been done: everything is written, nothing is committed.
        await transaction.query('SELECT 1');
        reach('before the commit of several reactions', instructions);
        return { done, several: true };
      },
      opening,
    );
    if (several) reach('after the commit of several reactions', instructions);
    return done;
  };
}
