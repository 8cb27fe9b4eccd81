import { guardIn } from './trials.js';
import { TEAM, type Caller } from './callers.js';
import { NAMED, OWN } from './scenes.js';
import type { Try } from './tries.js';
import { outcomeOf } from './trials.js';

const cleared = (role: string): Caller => ({ roles: [role], clearance: 'RESTRICTED', team: TEAM, name: 'bystander' });

/** Who is refused what was proposed, with what code. Each is refused, so that it awaits its approval for the next. */
const REFUSED: Readonly<Record<string, readonly [Caller, string][]>> = {
  'POST /decision-packages/{id}/approval': [
    [OWN, '409 SEPARATION_OF_DUTIES'],
    [{ ...NAMED, name: 'low' }, '409 AUTHORITY_NOT_CLEARED'],
  ],
  'POST /decision-packages/{id}/rejection': [[OWN, '409 SEPARATION_OF_DUTIES']],
  'POST /decisions/{id}/corrections/{id}/approval': [
    [OWN, '409 SEPARATION_OF_DUTIES'],
    [cleared('DECISION_AUTHORITY'), '409 CORRECTION_OF_ANOTHER_AUTHORITY'],
    [NAMED, '409 AUTHORITY_NOT_CLEARED'],
  ],
  'POST /decisions/{id}/corrections/{id}/rejection': [
    [OWN, '409 SEPARATION_OF_DUTIES'],
    [cleared('DECISION_AUTHORITY'), '409 CORRECTION_OF_ANOTHER_AUTHORITY'],
  ],
  'POST /decisions/{id}/corrections/{id}/withdrawal': [
    [cleared('LEGAL_REVIEWER'), '409 CORRECTION_OF_ANOTHER_OFFICER'],
    [NAMED, '409 CORRECTION_OF_ANOTHER_OFFICER'],
  ],
  'POST /decisions/{id}/corrections/{id}/handover': [
    [cleared('LEGAL_REVIEWER'), '409 CORRECTION_OF_ANOTHER_OFFICER'],
    [NAMED, '409 CORRECTION_OF_ANOTHER_OFFICER'],
  ],
};

/** Persons are kept apart, whatever their roles, and authorities from what they are not cleared for. */
export const byDuty: Try = async (row, { trials, proposals, etagOf }) => {
  if (!guardIn(row, 'DUTIES') && !guardIn(row, 'CAPTURED')) return [];
  const world = row.endpoint.includes('/corrections/') ? proposals.correction : proposals.package;
  const { call } = trials.probe(row, world);
  const headers = { 'if-match': await etagOf(call.path.split('/').slice(0, -1).join('/')) };
  const refused = REFUSED[row.endpoint] ?? [];
  const tried = refused.map(async ([by, code]) => {
    const got = outcomeOf(await trials.call(by, { ...call, headers }));
    return got === code ? [] : [`${row.endpoint} by ${by.name ?? ''}: ${got} instead of ${code}`];
  });
  return refused.length === 0 ? [`${row.endpoint} has duties that are not tried`] : (await Promise.all(tried)).flat();
};
