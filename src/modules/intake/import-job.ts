import { Column, Entity, PrimaryColumn } from 'typeorm';
import { currentCall, type Call } from '../../platform/context.js';
import { newId } from '../../platform/ids.js';

/**
 * How long a silent process keeps a job, in milliseconds. Past it another may go on with the job; what follows if
 * the first still lives is harmless, because claims and idempotency keys belong to the job and not to a process.
 */
const HELD_FOR = 120_000;

/** Another process goes on with the job: this one must leave it alone. */
export class JobTakenOver extends Error {}

/** Under what a job was asked for. Its rows are carried out under the same, also after a restart. */
export type AskedBy = Omit<Call, 'idempotency' | 'expectedVersion'>;

export type SettledOutcome = 'CREATED' | 'EXISTING' | 'REFUSED';

/** One import: a file's rows on their way to their owners. */
@Entity({ name: 'import_job' })
export class ImportJob {
  @PrimaryColumn({ name: 'import_id', type: 'text' })
  importId!: string;

  @Column({ type: 'integer' })
  version!: number;

  /** FAILED when the owners refused the officer's rights, so that nothing was created. */
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

  /** The process that carries out its rows. */
  @Column({ name: 'held_by', type: 'text', nullable: true })
  heldBy!: string | null;

  @Column({ name: 'held_until', type: 'timestamptz', nullable: true })
  heldUntil!: Date | null;

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
      heldBy: null,
      heldUntil: null,
      startedAt: at,
      finishedAt: null,
    });
  }

  /** @throws JobTakenOver when it has ended, or someone else holds it and `evenIfHeld` is not said */
  take(holder: string, at: Date, evenIfHeld: boolean): void {
    const isHeld = this.heldBy !== null && this.heldBy !== holder && this.heldUntil !== null && this.heldUntil > at;
    if (this.status !== 'RUNNING' || (isHeld && !evenIfHeld)) throw new JobTakenOver();
    this.hold(holder, at);
  }

  /** Holds on for another while. @throws JobTakenOver when it is no longer this holder's */
  keep(holder: string, at: Date): void {
    if (this.status !== 'RUNNING' || this.heldBy !== holder) throw new JobTakenOver();
    this.hold(holder, at);
  }

  /** Lets go, so that another process need not wait. */
  release(): void {
    this.version += 1;
    this.heldBy = null;
    this.heldUntil = null;
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
    this.release();
  }

  /** For audit records. */
  get counts(): string {
    return `${this.total} rows, ${this.created} created, ${this.existing} existing, ${this.refused} refused`;
  }

  private hold(holder: string, at: Date): void {
    this.version += 1;
    this.heldBy = holder;
    this.heldUntil = new Date(at.getTime() + HELD_FOR);
  }
}
