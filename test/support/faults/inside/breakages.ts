import { ModuleDatabase } from '../../../../src/platform/database/module-database.js';
import { Transaction } from '../../../../src/platform/database/transaction.js';
import { Inbox } from '../../../../src/platform/messaging/inbox.js';
import { SERVER_RUN } from '../../../../src/platform/messaging/server-run.js';
import type { Breakage } from '../crash-points.js';
import { onStatement } from './statements.js';

const LATER_MS = 1_000;

/** Each takes one protection away. The checks must then find what it protects from. */
export const breakages: Record<Breakage, () => void> = {
  'answers before it commits': () => {
    const database = ModuleDatabase.prototype;
    const query = Reflect.get(database, 'query') as (this: ModuleDatabase, statement: { text: string }) => Promise<[]>;
    database.query = function (statement): Promise<[]> {
      if (!statement.text.includes('INSERT INTO bus.outbox_event')) return query.call(this, statement);
      setTimeout(() => void query.call(this, statement).catch(() => undefined), LATER_MS);
      return Promise.resolve([]);
    };
  },
  'commits the inbox apart from its effects': () => {
    const inbox = Inbox.prototype;
    const acceptNew = Reflect.get(inbox, 'acceptNew');
    inbox.acceptNew = function (transaction, events): void {
      acceptNew.call(this, transaction, events);
      for (const statement of ['COMMIT', 'BEGIN']) transaction.send(statement);
    };
    const transaction = Transaction.prototype;
    const send = Reflect.get(transaction, 'send');
    transaction.send = function (...given): void {
      send.apply(this, given);
      const [statement] = given;
      if (typeof statement === 'string' || !statement.text.includes('UPDATE inbox_event')) return;
      for (const apart of ['COMMIT', 'BEGIN']) send.call(this, apart);
    };
  },
  'moves the offset whatever its epoch': () => {
    onStatement({
      matches: (text) => text.includes('UPDATE consumer_offset'),
      rewrite: (text) => text.replaceAll('epoch = $2', '$2::bigint IS NOT NULL'),
    });
  },
  'keeps what a failed handler wrote': () => {
    onStatement({
      matches: (text) => text.startsWith('ROLLBACK TO SAVEPOINT'),
      rewrite: (text) => text.replace(/^ROLLBACK TO SAVEPOINT \w+;/, ''),
    });
  },
  'takes a server that has crashed for the same': () => {
    onStatement({
      matches: (text) => text.includes(SERVER_RUN),
      rewrite: (text) => text.replaceAll(SERVER_RUN, `'the same'`),
    });
  },
};
