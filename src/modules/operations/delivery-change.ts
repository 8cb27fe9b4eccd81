import { Column, Entity, PrimaryColumn } from 'typeorm';

/** That someone paused or resumed delivery. Never changed. */
@Entity({ name: 'delivery_change' })
export class DeliveryChange {
  @PrimaryColumn({ name: 'change_id', type: 'text' })
  changeId!: string;

  @Column({ type: 'integer' })
  version!: number;

  /** A consumer, or `relay` for all delivery. */
  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'boolean' })
  paused!: boolean;

  @Column({ type: 'text' })
  reason!: string;

  @Column({ name: 'changed_by', type: 'text' })
  changedBy!: string;

  @Column({ name: 'changed_at', type: 'timestamptz' })
  changedAt!: Date;
}
