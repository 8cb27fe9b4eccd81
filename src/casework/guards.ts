import type { Guard as AnyGuard } from '../platform/base/context.js';

/**
 * The kinds of things that are guarded. CAPTURED is what a submission captured, DUTIES stands for separation of duties:
 * these two are rules of the aggregates, which keep them whatever the row says.
 */
type Guarded = 'CASE' | 'PARTY' | 'EVIDENCE' | 'AUDIT_RECORD' | 'REASONING' | 'CAPTURED' | 'DUTIES';

/** What must speak for the caller: CLEARANCE at the thing's classification or above; TEAM where a case is restricted to it. */
type By = 'CLEARANCE' | 'TEAM' | 'ANOTHER_THAN_SUBMITTER' | 'NAMED_AUTHORITY' | 'REQUESTER';

/** What stands in place of it. GRANT is a live one, OWN is an own part in making the thing. */
type Unless = 'GRANT' | 'OWN';

/** A part of a row of the permission table. */
export type Guard = AnyGuard<Guarded, By, Unless>;

const CASE = { of: 'CASE', by: ['CLEARANCE', 'TEAM'] } as const satisfies Omit<Guard, 'otherwise'>;
const CASE_OF_ANY_TEAM = { of: 'CASE', by: ['CLEARANCE'] } as const satisfies Omit<Guard, 'otherwise'>;
const PARTY = { of: 'PARTY', by: ['CLEARANCE'] } as const satisfies Omit<Guard, 'otherwise'>;
const EVIDENCE = { of: 'EVIDENCE', by: ['CLEARANCE'] } as const satisfies Omit<Guard, 'otherwise'>;

const NOT_FOUND = '404 NOT_FOUND';
const REFUSED = '403 EVIDENCE_ACCESS_REFUSED';
const LEFT_OUT = 'left out';
const WITHHELD = 'withheld';

/**
 * What decides besides the role, each named for what a route does with the thing. Not yours and not there look the
 * same wherever existence is itself sensitive: of cases and parties it is, of evidence in a case that one sees it is not.
 */
export const GUARDS = {
  /** The case that the path names, or that what it names belongs to. */
  ofCase: { ...CASE, otherwise: NOT_FOUND },
  /** A case that the body names. */
  namedCase: { ...CASE, otherwise: '409 UNKNOWN_CASE' },
  /** The case of the path and another that the body names. */
  ofBothCases: { ...CASE, otherwise: `${NOT_FOUND}, 409 UNKNOWN_CASE` },
  ofListedCase: { ...CASE, otherwise: LEFT_OUT },
  /** Those who watch over cases watch over every team's. */
  ofWatchedCase: { ...CASE_OF_ANY_TEAM, otherwise: NOT_FOUND },
  ofListedWatchedCase: { ...CASE_OF_ANY_TEAM, otherwise: LEFT_OUT },

  ofParty: { ...PARTY, otherwise: NOT_FOUND },
  ofListedParty: { ...PARTY, otherwise: LEFT_OUT },
  /** The party of the path and another that the body names. */
  ofBothParties: { ...PARTY, otherwise: `${NOT_FOUND}, 409 UNKNOWN_PARTY` },

  /** The case of an item that its reader may have been granted: a grant opens the item and nothing besides. */
  ofCaseOfItem: { ...CASE, unless: ['GRANT'], otherwise: NOT_FOUND },
  ofCaseOfListedItem: { ...CASE, unless: ['GRANT'], otherwise: LEFT_OUT },
  ofItem: { ...EVIDENCE, otherwise: REFUSED },
  ofShownItem: { ...EVIDENCE, unless: ['GRANT'], otherwise: WITHHELD },
  ofReadItem: { ...EVIDENCE, unless: ['GRANT'], otherwise: REFUSED },
  /** Who registered an item has its content in hand. */
  ofFilledItem: { ...EVIDENCE, unless: ['OWN'], otherwise: REFUSED },

  ofRecord: { of: 'AUDIT_RECORD', by: ['CLEARANCE'], otherwise: '403 FORBIDDEN' },
  /** A part in the decision, or in its correction, stands in place of the highest clearance. */
  ofReasoning: { of: 'REASONING', by: ['CLEARANCE'], unless: ['OWN'], otherwise: '403 FORBIDDEN' },

  ofCaptured: { of: 'CAPTURED', by: ['CLEARANCE'], otherwise: '409 AUTHORITY_NOT_CLEARED' },
  bySomebodyElse: { of: 'DUTIES', by: ['ANOTHER_THAN_SUBMITTER'], otherwise: '409 SEPARATION_OF_DUTIES' },
  byNamedAuthority: { of: 'DUTIES', by: ['NAMED_AUTHORITY'], otherwise: '409 CORRECTION_OF_ANOTHER_AUTHORITY' },
  byRequester: { of: 'DUTIES', by: ['REQUESTER'], otherwise: '409 CORRECTION_OF_ANOTHER_OFFICER' },
} as const satisfies Record<string, Guard>;
