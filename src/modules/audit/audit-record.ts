import { createHash } from 'node:crypto';
import { idOf } from '../../contracts/shared/values.js';
import type { AuditStaged } from '../../platform/messaging/envelope.js';
import { canonicalJson } from './canonical-json.js';

/** A staged audit event in its place in its chain. */
export interface AuditRecord {
  /** The case's id, else the party's, else the name of the module that staged it. */
  chain: string;
  /** 1 for the first of the chain, then one more each. */
  seq: number;
  /** The hash of the record before it; 64 zeros for the first. */
  previousHash: string;
  hash: string;
  /** The event that brought it, as the log names it, and who staged that. */
  eventId: string;
  producer: string;
  /** ISO 8601 UTC with milliseconds, such as `2026-07-05T10:20:00.000Z`. */
  recordedAt: string;
  /** What was staged, as it was received. */
  record: AuditStaged;
}

/** The end of a chain: what the next record follows. */
export type ChainEnd = Pick<AuditRecord, 'seq' | 'hash'>;

export const BEGINNING: ChainEnd = { seq: 0, hash: '0'.repeat(64) };

const CASE_ID = idOf('case');
const PARTY_ID = idOf('pty');

const idIn = (value: string | undefined, form: RegExp): string | null =>
  value !== undefined && form.test(value) ? value : null;

/**
 * The case and the party that a record is about. A refusal names whatever stood in the path: what does not look like
 * an id names nothing, so that it can neither begin a chain of its own nor enter another kind's.
 */
export const caseOf = ({ subject }: AuditStaged): string | null => idIn(subject.caseId, CASE_ID);
export const partyOf = ({ subject }: AuditStaged): string | null => idIn(subject.partyId, PARTY_ID);

/** The chain of a record: the case's, else the party's, else that of the module that staged it. */
export const chainOf = (record: AuditStaged, producer: string): string => caseOf(record) ?? partyOf(record) ?? producer;

/**
 * The hash of a record: SHA-256, in lower-case hexadecimal, over the UTF-8 bytes of the canonical JSON (RFC 8785) of
 *
 *     { "chain", "eventId", "previousHash", "producer", "record", "recordedAt", "seq" }
 *
 * Whoever reads records through the API can recompute it: of each, take away `hash`; put `chain`, `eventId`,
 * `previousHash`, `producer`, `recordedAt` and `seq` into one object and everything else into its `record`; write
 * that by RFC 8785 and hash it. Then each `previousHash` must be the `hash` before it and each `seq` one more.
 *
 * A chain shows that a record of it was changed, moved, put in between or taken out. That its end was cut off, or
 * written anew from some place on, shows only to those who have kept an earlier end of it.
 */
export function hashOf(sealed: Omit<AuditRecord, 'hash'>): string {
  const { chain, eventId, previousHash, producer, record, recordedAt, seq } = sealed;
  return createHash('sha256')
    .update(canonicalJson({ chain, eventId, previousHash, producer, record, recordedAt, seq }), 'utf8')
    .digest('hex');
}

/** Puts a record at the end of its chain. */
export function append(
  end: ChainEnd,
  added: Pick<AuditRecord, 'chain' | 'eventId' | 'producer' | 'recordedAt' | 'record'>,
): AuditRecord {
  const sealed = { seq: end.seq + 1, previousHash: end.hash, ...added };
  return { hash: hashOf(sealed), ...sealed };
}
