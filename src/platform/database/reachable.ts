import { setTimeout as pause } from 'node:timers/promises';
import type { ModuleDatabase } from './module-database.js';

/** Shorter than any probe waits. */
const WITHIN_MS = 2_000;

/**
 * Whether every server that modules are at answers, in two seconds at most. A pool whose connections are all in use
 * says nothing about its server: it is asked only where every other is busy too, and then the quickest answer counts.
 */
export async function areReachable(databases: Iterable<ModuleDatabase>): Promise<boolean> {
  const byServer = new Map<object, ModuleDatabase[]>();
  for (const each of databases) byServer.set(each.budget, [...(byServer.get(each.budget) ?? []), each]);
  const answers = await Promise.all([...byServer.values()].map((each) => isReachable(each)));
  return answers.every(Boolean);
}

async function isReachable(databases: readonly ModuleDatabase[]): Promise<boolean> {
  const unoccupied = databases.filter(({ isBusy }) => !isBusy);
  let answered = false;
  const asked = (unoccupied.length > 0 ? unoccupied : databases).map(async (each) => {
    await each.query({ text: 'SELECT 1', values: [] });
    answered = true;
  });
  const ended = new AbortController();
  const late = pause(WITHIN_MS, undefined, { signal: ended.signal, ref: false }).catch(() => undefined);
  try {
    // One that fails tells that its module cannot work; one that is late may only have become busy meanwhile.
    await Promise.race([unoccupied.length > 0 ? Promise.all(asked) : Promise.any(asked), late]);
    return answered;
  } catch {
    return false;
  } finally {
    ended.abort();
  }
}
