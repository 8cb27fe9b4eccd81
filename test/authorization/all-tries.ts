import { byDuty } from './duties.js';
import { byList, byPart } from './lists.js';
import { byCase, byItem, byNamed, byParty, byReasoning, byRole, byVersion, type Try } from './tries.js';

/** What a route must do, and how it is tried. */
export const TRIES: readonly (readonly [string, Try])[] = [
  ['lets in the roles of its row and no others', byRole],
  ['wants a version where its row says so', byVersion],
  ['shows a case to those alone who may see it, and to others as if it were not there', byCase],
  ['shows a party to those alone who may see it, and to others as if it were not there', byParty],
  ['takes what a body names and its sender may not see for unknown', byNamed],
  ['lists what its reader may see, in full pages, and points to nothing else', byList],
  ['lists of one thing no more than its reader may see of it', byPart],
  ['shows an item of evidence by clearance, by a grant and to whose own it is', byItem],
  ['shows reasoning to those alone whose own it is, below the clearance', byReasoning],
  ['keeps the duties of persons apart', byDuty],
];
