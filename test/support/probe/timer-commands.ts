import { Refusal } from '../../../src/platform/base/refusal.js';
import type { UnitOfWork } from '../../../src/platform/messaging/unit-of-work.js';
import type { Work } from '../../../src/platform/messaging/work.js';
import { asOfficer } from './caller.js';
import type { ProbeDatabase } from './probe-database.js';

export const FIRE = 'shelve-gadget';

/** A command that changes nothing but timers. */
export async function changeTimers(work: Work, change: (tx: UnitOfWork) => void): Promise<void> {
  await asOfficer(() =>
    work.run((tx) => {
      change(tx);
      tx.audit({ eventType: 'TimersChangedAudit', action: 'CHANGE_TIMERS', subject: {} });
      return { body: {} };
    }),
  );
}

export const setTimer = (work: Work, key: string, firesAt: Date, text?: string): Promise<void> =>
  changeTimers(work, (tx) => {
    tx.setTimer(FIRE, { key, firesAt, ...(text !== undefined && { input: { text } }) });
  });

/** @returns the code of the refusal, or 'DONE' */
export async function outcomeOf(change: Promise<void>): Promise<string> {
  try {
    await change;
    return 'DONE';
  } catch (error) {
    if (error instanceof Refusal) return error.errorCode;
    throw error;
  }
}

/** What has fired for a key, in order. */
export async function fires(database: ProbeDatabase, key: string): Promise<string[]> {
  const rows = await database.sql<{ text: string }>(
    'SELECT text FROM probe.gadget_note WHERE gadget_id = $1 ORDER BY note_id',
    [key],
  );
  return rows.map(({ text }) => text);
}
