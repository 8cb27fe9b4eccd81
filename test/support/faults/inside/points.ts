import { ModuleDatabase } from '../../../../src/platform/database/module-database.js';
import { Transaction } from '../../../../src/platform/database/transaction.js';
import type { Batch, Deliverer } from '../../../../src/platform/messaging/consumer.js';
import { ConsumerOffset, LeaseLost } from '../../../../src/platform/messaging/consumer-offset.js';
import type { Inbox } from '../../../../src/platform/messaging/inbox.js';
import { LogReader } from '../../../../src/platform/messaging/log-reader.js';
import { ProjectionDeliverer } from '../../../../src/platform/messaging/projection-deliverer.js';
import { ReactionDeliverer } from '../../../../src/platform/messaging/reaction-deliverer.js';
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
