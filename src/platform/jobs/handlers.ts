import { SetMetadata, type CustomDecorator } from '@nestjs/common';
import type { Transaction } from '../database/transaction.js';
import type { Draft } from '../messaging/answer.js';
import type { UnitOfWork } from '../messaging/unit-of-work.js';

export const JOB = 'remit:job';
export const TIMER = 'remit:timer';

/** A job as the process that carries it out sees it. */
export interface RunningJob {
  readonly jobId: string;
  readonly module: string;
  /** Aborted when the process stops, the job is cancelled or paused, or another process has taken it. */
  readonly signal: AbortSignal;
  /** Shown by `GET /operations/jobs/{jobId}`; written about once a second, and at the end. */
  progress(done: number, total: number): Promise<void>;
  /** A condition of a unit of work: it fails with JobLost unless this process still holds the job. */
  fence(tx: UnitOfWork): void;
  /** The same for a bare transaction on the module's connection, which then fails as `isJobLost` tells. */
  fenceTransaction(transaction: Transaction): void;
}

/**
 * Carries out a job, outside any transaction and in the name of whoever asked for it. A process may be killed or frozen
 * at any point and another begin again: `run` goes on from what it made durable itself, each time behind `fence`.
 */
export interface JobHandler<Input extends object = object> {
  /**
   * Resolves when all is done. Once the signal is aborted, it is to resolve soon: unless the job has ended, it is called
   * again later, which then finds nothing left to do if all was done.
   */
  run(input: Input, job: RunningJob): Promise<void>;
  /** The job ends without being done: stages what the module's own rows say of it then, in the same unit of work. */
  ended?(input: Input, how: 'FAILED' | 'CANCELLED', tx: UnitOfWork): Promise<void>;
}

/** A timer whose time has come, by the application's clock. */
export interface DueTimer<Input extends object = object> {
  readonly key: string;
  /** For when it was set; it may be tried later than that. */
  readonly firesAt: Date;
  readonly input: Input;
}

/**
 * Does what a timer was set for, once: what it stages here is committed together with the end of the timer, or not at
 * all. It may set the same timer again.
 */
export interface TimerHandler<Input extends object = object> {
  fire(timer: DueTimer<Input>, tx: UnitOfWork): Promise<Draft | undefined>;
}

/** @param name as declared under `jobs` in the module's `ownership.yaml` */
export const Job = (options: { name: string }): CustomDecorator => SetMetadata(JOB, options);

/** @param name as declared under `timers` in the module's `ownership.yaml` */
export const Timer = (options: { name: string }): CustomDecorator => SetMetadata(TIMER, options);
