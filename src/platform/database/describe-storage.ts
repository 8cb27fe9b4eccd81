import type pg from 'pg';
import type { Declaration } from '../ownership/declaration.js';
import { partitionsIn } from './backup/catalog.js';
import { monthOf, withFullDefault } from './partitions.js';
import { isUnfinishedRestore } from './restore-mark.js';
import { retirements } from './retire.js';
import { clusterStanding } from './settle-cluster.js';

const monthIn = (name: string): string => name.slice(-7).replace('_', '-');

/** The cluster, the partitions, and what could be retired of them, of a database that is up to date. */
export async function describeStorage(admin: pg.Client, declarations: readonly Declaration[]): Promise<string[]> {
  if (await isUnfinishedRestore(admin)) return ['A restore was NOT FINISHED here: run "remit db restore" again.'];
  const { known, present } = await clusterStanding(admin);
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
  return [
    cluster,
    months,
    ...unsorted,
    `${free} of ${ended.length} partitions that have ended can be retired${because}.`,
  ];
}
