import type { Declaration } from './declaration.js';
import { checkCopies } from './rules/copies.js';
import { checkEvents } from './rules/events.js';
import { checkHandlers } from './rules/handlers.js';
import { checkOwners } from './rules/owners.js';
import { checkRequests } from './rules/requests.js';
import { checkStatuses } from './rules/statuses.js';
import { checkTransitions } from './rules/transitions.js';
import type { Violation } from './violation.js';

/** Everything in which the declarations contradict each other. */
export const checkDeclarations = (declarations: readonly Declaration[]): Violation[] =>
  [checkOwners, checkEvents, checkHandlers, checkRequests, checkCopies, checkStatuses, checkTransitions].flatMap(
    (check) => check(declarations),
  );
