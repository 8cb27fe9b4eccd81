import { Column, Entity, PrimaryColumn } from 'typeorm';
import { currentCall, type AskedBy } from '../../platform/base/context.js';
import { newId } from '../../platform/base/ids.js';

export type SettledOutcome = 'CREATED' | 'EXISTING' | 'REFUSED';

/** One import: a file's rows on their way to their owners. */
@Entity({ name: 'import_job' })
export class ImportJob {
  @PrimaryColumn({ name: 'import_id', type: 'text' })
  importId!: string;

  @Column({ type: 'integer' })
  version!: number;

  /**
   * FAILED when the owners refused the officer's rights, so that nothing was created, and when it was given up: by an
   * operator, or after its last try.
   */
  @Column({ type: 'text' })
  status!: 'RUNNING' | 'COMPLETED' | 'FAILED';

  /** The mapping's name. */
  @Column({ type: 'text' })
  mapping!: string;

  @Column({ type: 'integer' })
  total!: number;

  @Column({ type: 'integer' })
  created!: number;

  @Column({ type: 'integer' })
  existing!: number;

  @Column({ type: 'integer' })
  refused!: number;

  @Column({ name: 'asked_by', type: 'jsonb' })
  askedBy!: AskedBy;

  @Column({ name: 'started_at', type: 'timestamptz' })
  startedAt!: Date;

  @Column({ name: 'finished_at', type: 'timestamptz', nullable: true })
  finishedAt!: Date | null;

  /** @param refused rows that were refused while the file was read */
  static start(mapping: string, total: number, refused: number, at: Date): ImportJob {
    const { idempotency: _, expectedVersion: __, ...askedBy } = currentCall();
    return Object.assign(new ImportJob(), {
      importId: newId('imp'),
      version: 1,
      status: 'RUNNING',
      mapping,
      total,
      created: 0,
      existing: 0,
      refused,
      askedBy,
      startedAt: at,
      finishedAt: null,
    });
  }

  count(outcomes: readonly SettledOutcome[]): void {
    for (const outcome of outcomes) {
      if (outcome === 'CREATED') this.created += 1;
      else if (outcome === 'EXISTING') this.existing += 1;
      else this.refused += 1;
    }
  }

  /** @param withoutRights whether an owner refused the officer's rights */
  finish(withoutRights: boolean, at: Date): void {
    this.status = withoutRights && this.created + this.existing === 0 ? 'FAILED' : 'COMPLETED';
    this.finishedAt = at;
  }

  /** @param pending rows whose outcome is not known, and which nobody will carry out */
  giveUp(pending: number, at: Date): void {
    this.refused += pending;
    this.status = 'FAILED';
    this.finishedAt = at;
  }

  get settled(): number {
    return this.created + this.existing + this.refused;
  }

  /** For audit records. */
  get counts(): string {
    return `${this.total} rows, ${this.created} created, ${this.existing} existing, ${this.refused} refused`;
  }
}
