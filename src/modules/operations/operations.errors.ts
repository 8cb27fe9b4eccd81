import { refusals } from '../../platform/base/refusal.js';

/** Every way in which Operations refuses. */
export const refuseOperations = refusals({
  DEAD_LETTER_GONE: { status: 409, title: 'It is no dead letter any more.' },
  JOB_ENDED: { status: 409, title: 'The job has ended.' },
  JOB_NOT_RUNNING: { status: 409, title: 'The job is not under way.' },
  JOB_NOT_PAUSED: { status: 409, title: 'The job is not paused.' },
  JOB_RECURS: { status: 409, title: 'A job that comes again by itself cannot be cancelled.' },
  TIMER_NOT_DEAD: { status: 409, title: 'The timer is not dead any more.' },
  REBUILD_REFUSED: { status: 409, title: 'These rows cannot be made anew.' },
  REBUILD_RUNNING: { status: 409, title: 'It is being rebuilt already.' },
  PROJECTION_AMBIGUOUS: { status: 409, title: 'Several modules have a projection of this name.' },
  KEY_NOT_REBUILDABLE: { status: 409, title: 'The rows of a single key cannot be made anew.' },
});
