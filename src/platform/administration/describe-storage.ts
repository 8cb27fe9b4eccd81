import type pg from 'pg';
import { describeArchives } from '../archive/describe-archives.js';
import type { Declaration } from '../ownership/declaration.js';
import { partitionsIn } from './backup/catalog.js';
import { monthOf, withFullDefault } from './partitions.js';
import { isUnfinishedRestore } from './restore-mark.js';
import { retirements } from './retire.js';
import { clusterState } from './settle-cluster.js';

const monthIn = (name: string): string => name.slice(-7).replace('_', '-');

/**
 * The cluster, the partitions, what could be retired of them and what was, of a database that is up to date.
 * @param archives where they are, and whether to read them now
 * @returns a line each, and whether all is as it should be
 */
export async function describeStorage(
  admin: pg.Client,
  declarations: readonly Declaration[],
  archives: { folder: string; check: boolean },
): Promise<{ lines: string[]; sound: boolean }> {
  if (await isUnfinishedRestore(admin))
    return { lines: ['A restore was NOT FINISHED here: run "remit db restore" again.'], sound: false };
  const { known, present } = await clusterState(admin);
  const cluster =
    present === null || known === present
      ? `Cluster ${known ?? 'not noted'}.`
      : `Cluster ${present}; the log is from ${known ?? 'none'}, and is brought over at the next start.`;
  const log = (await partitionsIn(admin, declarations)).filter(({ schema }) => schema === 'bus');
  const months = `The log has partitions from ${monthIn(log[0]?.name ?? '')} to ${monthIn(log.at(-1)?.name ?? '')}.`;
  const full = await withFullDefault(admin, declarations);
  const names = full.map(({ module }) => module).join(', ');
  const unsorted = full.length > 0 ? [`Events of ${names} lie outside their months until the next start.`] : [];
  const ended = await retirements(admin, declarations, monthOf(new Date()));
  const free = ended.filter(({ obstacle }) => obstacle === undefined).length;
  const stays = ended.find(({ obstacle }) => obstacle !== undefined);
  const because = stays ? `; ${stays.schema}.${stays.name} stays, because ${stays.obstacle ?? ''}` : '';
  const retired = await describeArchives(admin, archives.folder, archives.check);
  const lines = [
    cluster,
    months,
    ...unsorted,
    `${free} of ${ended.length} partitions that have ended can be retired${because}.`,
    ...retired.lines,
  ];
  return { lines, sound: retired.whole };
}
