import { refusals } from '../../platform/base/refusal.js';

/** Every way in which Decision refuses. */
export const refuseDecision = refusals({
  UNKNOWN_CASE: { status: 409, title: 'The case does not exist, or is not yours to see.' },
  SUBJECT_NOT_OF_CASE: { status: 409, title: 'The subject of a decision must be a party of its case.' },

  INVESTIGATION_NOT_SUBMITTED: { status: 409, title: 'The investigation has not submitted its findings.' },
  INVESTIGATION_NOT_OF_CASE: { status: 409, title: 'The investigation is of another case.' },
  UNKNOWN_EVIDENCE: { status: 409, title: 'Evidence is not there, has no content, or is of another case.' },
  UNKNOWN_PARTY: { status: 409, title: 'The subject is not registered.' },
  // Raised by the commit itself.
  EVIDENCE_RECLASSIFIED_MEANWHILE: { status: 409, title: 'Evidence was reclassified while it was captured.' },

  PACKAGE_NOT_SUBMITTED: { status: 409, title: 'The package is a draft; it must be submitted first.' },
  PACKAGE_AWAITS_APPROVAL: { status: 409, title: 'The package is submitted already and awaits approval.' },
  PACKAGE_REJECTED: { status: 409, title: 'The package was rejected; only a new submission leads on.' },
  PACKAGE_FINALIZED: { status: 409, title: 'The package is finalized, once and for all.' },
  REVIEW_REQUIRED: { status: 409, title: 'Evidence was reclassified; the package must be submitted again.' },
  SEPARATION_OF_DUTIES: { status: 409, title: 'Whoever proposed it cannot approve or reject it.' },
  AUTHORITY_NOT_CLEARED: { status: 409, title: 'Your clearance is below what the package rests on.' },

  LEGAL_BASIS_REQUIRED: { status: 409, title: 'A decision needs a legal basis.' },
  REASONING_REQUIRED: { status: 409, title: 'A decision needs its reasoning.' },
  OBLIGATION_NEEDS_NOTICE: { status: 409, title: 'Obligations need a notice.' },
  NO_ACTION_WITH_OBLIGATIONS: { status: 409, title: 'A decision to take no action cannot impose obligations.' },
  OBLIGATED_PARTY_NOT_OF_CASE: { status: 409, title: 'Only parties of the case can be obligated.' },
  OBLIGATION_REPEATED: { status: 409, title: 'A party has the same kind of obligation twice.' },
  PENALTY_NEEDS_AMOUNT: { status: 409, title: 'A penalty needs its amount.' },
  AMOUNT_NEEDS_PENALTY: { status: 409, title: 'Only a penalty has an amount.' },

  CORRECTION_CHANGES_NOTHING: { status: 409, title: 'The correction says nothing else than the decision.' },
  CORRECTION_SETTLED: { status: 409, title: 'The correction is settled already.' },
  CORRECTION_EXPIRED: { status: 409, title: 'The correction has expired; request it anew.' },
  CORRECTION_OUTDATED: { status: 409, title: 'The decision was corrected otherwise since this was requested.' },
  CORRECTION_OF_ANOTHER_AUTHORITY: { status: 409, title: 'The correction names another authority.' },
  CORRECTION_OF_ANOTHER_OFFICER: { status: 409, title: 'The correction was requested by another officer.' },

  REVIEW_CONCLUDED: { status: 409, title: 'The review is concluded already.' },
});
