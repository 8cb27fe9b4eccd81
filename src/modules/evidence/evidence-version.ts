import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One content of an item. Never changed: another upload makes another version. */
@Entity({ name: 'evidence_version' })
export class EvidenceVersion {
  @PrimaryColumn({ name: 'evidence_id', type: 'text' })
  evidenceId!: string;

  @PrimaryColumn({ name: 'evidence_version', type: 'integer' })
  evidenceVersion!: number;

  /** Lower-case hexadecimal; also where the content store has it. */
  @Column({ name: 'checksum_sha256', type: 'text' })
  checksumSha256!: string;

  /** Bytes. */
  @Column({ type: 'bigint', transformer: { from: Number, to: (size: number) => size } })
  size!: number;

  @Column({ name: 'added_at', type: 'timestamptz' })
  addedAt!: Date;

  @Column({ name: 'added_by', type: 'text' })
  addedBy!: string;
}
