/** The code with which the database refuses what a process that no longer holds a job wants to commit. */
export const JOB_LOST = 'JOB_LOST';

/** The job was cancelled or paused, or another process goes on with it: nothing of this was committed. */
export class JobLost extends Error {
  constructor() {
    super('This process no longer holds the job.');
  }
}

/** Whether a unit of work, or a bare transaction, failed because the job was lost. */
export const isJobLost = (error: unknown): boolean =>
  error instanceof JobLost || (error as { message?: unknown } | undefined)?.message === JOB_LOST;

/**
 * Thrown by a handler where another try cannot help until somebody has mended something: the job fails at once. The
 * message is one line that says what to mend, and is shown to operators: it holds nothing of what the job works on.
 */
export class JobImpossible extends Error {}
