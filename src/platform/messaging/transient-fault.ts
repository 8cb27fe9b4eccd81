/** SQLSTATE classes and codes: connection, rollback for concurrency, resources, lock timeout, operator intervention. */
const OF_THE_SERVER = /^(08|40|53|57|55P03|25P03)/;
const OF_THE_NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
/** The driver gives these no code. Whole beginnings, so that a handler's own error that mentions a timeout is its own. */
const OF_THE_DRIVER =
  /^(Connection terminated|timeout exceeded when trying to connect|timeout expired|Query read timeout|Received unexpected|Client (has encountered a connection error|was closed)|Cannot use a pool after)/;

/** Faults of the connection or of concurrency say nothing about the event: everything is tried again. */
export function isTransient(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  if (typeof code === 'string') return OF_THE_SERVER.test(code) || OF_THE_NETWORK.has(code);
  return typeof message === 'string' && OF_THE_DRIVER.test(message);
}

/** By our own limit on statements, or by an operator. */
const CANCELLED = '57014';

export const isCancelled = (error: unknown): boolean => (error as { code?: unknown } | null)?.code === CANCELLED;

/**
 * Whether an event may be tried for ever. A cancelled statement is nobody's fault once; the event whose statements are
 * cancelled whenever it is tried would stop its consumer, and is counted like one that fails.
 */
export const saysNothingOfEvent = (error: unknown): boolean => isTransient(error) && !isCancelled(error);
