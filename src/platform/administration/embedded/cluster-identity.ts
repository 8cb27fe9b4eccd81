import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';

/** What tells a cluster from every other one on this machine, however many paths lead to it. */
export interface ClusterIdentity {
  path: string;
  dev: bigint;
  ino: bigint;
  /** Its `cluster_name`, which PostgreSQL shows in the title of each of its processes. */
  name: string;
}

/** @throws Error with ENOENT when there is no such folder. */
export async function identityOf(path: string): Promise<ClusterIdentity> {
  const { dev, ino } = await stat(path, { bigint: true });
  const digest = createHash('sha256').update(`${dev}:${ino}`).digest('hex').slice(0, 16);
  return { path, dev, ino, name: `remit-${digest}` };
}
