import { refusals } from '../../platform/base/refusal.js';

/** Every way in which Investigation refuses. */
export const refuseInvestigation = refusals({
  INVESTIGATION_NOT_OPEN: {
    status: 409,
    title: 'The findings of this investigation were submitted; nothing in it changes.',
  },
  INVESTIGATION_HAS_NO_FINDINGS: { status: 409, title: 'A decision needs findings to rest on.' },
  PARTY_NOT_IN_CASE: { status: 409, title: 'The party has no role in the case.' },
  UNKNOWN_EVIDENCE: { status: 409, title: 'The case has no such evidence in that version.' },
});
