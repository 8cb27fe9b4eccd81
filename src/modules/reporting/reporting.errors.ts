import { refusals } from '../../platform/refusal.js';

/** Every way in which Reporting refuses. */
export const refuseReporting = refusals({
  STREAM_UNAVAILABLE: { status: 503, title: 'No further event stream can be opened here now.' },
});
