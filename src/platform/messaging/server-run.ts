/**
 * Names the run of the server since it last lost something. After a crash, and after a failover to another server, the
 * transactions that were committed without waiting for the disk are gone, and their ids are given to others: snapshots
 * that a process remembers mean something else then, and only what is stored can be relied on. PostgreSQL counts its
 * statistics anew after every unclean start, and keeps them over a clean one. That an operator resets them costs no
 * more than taking each consumer once more.
 */
export const SERVER_RUN = `coalesce(extract(epoch FROM pg_stat_get_bgwriter_stat_reset_time())::text, '')`;
