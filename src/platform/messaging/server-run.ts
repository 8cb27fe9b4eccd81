/**
 * Names the run of the server since it last lost something. After a crash, and after a failover to another server, the
 * transactions that were committed without waiting for the disk are gone, and their ids are given to others: snapshots
 * that a process remembers mean something else then, and only what is stored can be relied on. PostgreSQL counts its
 * statistics anew after every unclean start, and keeps them over a clean one. That an operator resets them costs no
 * more than taking each consumer once more.
 */
export const SERVER_RUN = `coalesce(extract(epoch FROM pg_stat_get_bgwriter_stat_reset_time())::text, '')`;

/** How far a consumer has gone, and in which run of the server: in any other the snapshot says nothing. */
export interface ConsumerProgress {
  readonly snapshot: string;
  readonly run: string;
}

/**
 * Whether the server is a standby, for the same statement as a snapshot: one that is taken on a standby shows nothing as
 * in progress, and whoever goes on from it loses for good what is committed later.
 */
export const IS_STANDBY = 'pg_is_in_recovery()';

/** The connection leads to a standby, where the log must not be read. */
export class StandbyError extends Error {
  constructor() {
    super(
      'The connection to the log leads to a standby, which does not tell what is in progress: lead it to the primary.',
    );
  }
}

/** @throws StandbyError */
export function refuseStandby(isStandby: boolean | undefined): void {
  if (isStandby) throw new StandbyError();
}
