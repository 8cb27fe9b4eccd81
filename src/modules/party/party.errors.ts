import { refusals } from '../../platform/base/refusal.js';

/** Every way in which Party refuses. */
export const refuseParty = refusals({
  PARTY_MERGED: { status: 409, title: 'The party was merged into another.' },
  PARTY_NOT_MERGED: { status: 409, title: 'The party is not merged.' },
  PARTY_MERGE_INTO_ITSELF: { status: 409, title: 'A party cannot be merged into itself.' },
  UNKNOWN_PARTY: { status: 409, title: 'There is no such party.' },
  ALIASES_STAND_FOR_PARTY: { status: 409, title: 'Other parties were merged into this one; unmerge them first.' },
});
