import { refusals } from '../../platform/refusal.js';

/** Every way in which Operations refuses. */
export const refuseOperations = refusals({
  DEAD_LETTER_GONE: { status: 409, title: 'It is no dead letter any more.' },
});
