import { SERVER_RUN } from '../../../../src/platform/messaging/server-run.js';
import type { Breakage } from '../crash-points.js';
import type { Defect } from './broken-client.js';

/** Each takes one protection away. The checks must then find what it protects from. */
export const breakages: Record<Breakage, Defect> = {
  'answers before it commits': {
    matches: ({ text }) => text.includes('INSERT INTO bus.outbox_event') && text.includes('idempotency_record'),
    lateByMs: 1_000,
  },
  'commits the inbox apart from its effects': {
    matches: ({ name }) => ['inbox_accept_new', 'inbox_settle_together'].includes(name),
    then: ['COMMIT', 'BEGIN'],
  },
  'moves the offset whatever its epoch': {
    matches: ({ text }) => text.includes('UPDATE consumer_offset'),
    rewrite: (text) => text.replaceAll('epoch = $2', '$2::bigint IS NOT NULL'),
  },
  'keeps what a failed handler wrote': {
    matches: ({ text }) => text.startsWith('ROLLBACK TO SAVEPOINT'),
    rewrite: (text) => text.replace(/^ROLLBACK TO SAVEPOINT \w+;/, ''),
  },
  'takes a server that has crashed for the same': {
    matches: ({ text }) => text.includes(SERVER_RUN),
    rewrite: (text) => text.replaceAll(SERVER_RUN, `'the same'`),
  },
};
