import { Column, Entity, PrimaryColumn } from 'typeorm';
import { currentCall } from '../../platform/base/context.js';
import type { UnitOfWork } from '../../platform/messaging/unit-of-work.js';

export type CustodyType =
  'COLLECTED' | 'STORED' | 'ACCESSED' | 'ACCESS_REFUSED' | 'TRANSFERRED' | 'RECLASSIFIED' | 'HELD' | 'VERIFIED';

/** What more there is to say: ids, versions, states. Never a title or a name. */
export type CustodyDetails = Readonly<Record<string, string | number | boolean | null>>;

/** What happened to an item. Never changed; the database gives it its place in the item's chain. */
@Entity({ name: 'custody_event' })
export class CustodyEvent {
  @PrimaryColumn({ name: 'evidence_id', type: 'text' })
  evidenceId!: string;

  /** Null until it is inserted, like the hashes. */
  @PrimaryColumn({ type: 'integer' })
  seq!: number | null;

  @Column({ type: 'text' })
  type!: CustodyType;

  @Column({ name: 'actor_id', type: 'text' })
  actorId!: string;

  @Column({ type: 'timestamptz' })
  at!: Date;

  @Column({ type: 'jsonb' })
  details!: CustodyDetails;

  @Column({ type: 'text', nullable: true })
  reason!: string | null;

  @Column({ name: 'previous_hash', type: 'text' })
  previousHash!: string | null;

  @Column({ type: 'text' })
  hash!: string | null;
}

/** Adds to an item's chain of custody, in the caller's name, what this unit of work does. */
export function noteCustody(
  tx: UnitOfWork,
  evidenceId: string,
  type: CustodyType,
  details: CustodyDetails = {},
  reason: string | null = null,
): void {
  const { actorId } = currentCall().actor;
  const sealedLater = { seq: null, previousHash: null, hash: null };
  tx.add(Object.assign(new CustodyEvent(), { evidenceId, type, actorId, at: tx.occurredAt, details, reason, ...sealedLater })); // prettier-ignore
}
