import { refusals } from '../../platform/base/refusal.js';

/** Every way in which Case Registry refuses. */
export const refuseCase = refusals({
  CASE_NEEDS_SUBJECT: { status: 409, title: 'A case needs at least one party with the role SUBJECT.' },
  UNKNOWN_PARTY: { status: 409, title: 'A party of the case is not registered.' },
  PARTY_ALREADY_IN_ROLE: { status: 409, title: 'The party has this role in the case already.' },
  PARTY_NOT_IN_ROLE: { status: 409, title: 'The party does not have this role in the case.' },
  CASE_LINKED_TO_ITSELF: { status: 409, title: 'A case cannot be linked to itself.' },
  UNKNOWN_CASE: { status: 409, title: 'The case to link to does not exist, or is not yours to see.' },
  CASE_ALREADY_LINKED: { status: 409, title: 'The cases are linked in this way already.' },
});
