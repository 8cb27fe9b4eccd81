import type { Permission } from '../support/permission-table.js';
import { reaches, TEAM, type Caller } from './callers.js';
import { PROBES } from './probes.js';
import { granteeOf, OWN, TITLE } from './scenes.js';
import type { Staged } from './staged.js';
import { AS_IF_NOT_THERE, callersIn, guardIn, outcomeOf, ROLES, rolesIn, seesCase, Trials } from './trials.js';

/** Tries one row of the permission table, as far as it says something of it, and lists what is otherwise. */
export type Try = (row: Permission, staged: Staged) => Promise<string[]>;

/** Whoever is not cleared for audit records is told so, whatever they ask for. */
const BELOW_RECORDS = `${AS_IF_NOT_THERE} (403 FORBIDDEN)`;

/** A call that is complete but for what it names; where nobody says how a route is called, it is called with nothing. */
function anyCall({ endpoint }: Permission, { open, nothing }: Staged): { method: string; path: string } {
  const probe = PROBES[endpoint];
  if (probe) return probe(nothing, open).call;
  const [method = '', path = ''] = endpoint.split(' ');
  return { method, path: path.replace(/\{\w+\}/g, 'nothing') };
}

/** Every role alone, nobody and a party: whom the row does not name gets no further. */
export const byRole: Try = async (row, staged) => {
  const call = anyCall(row, staged);
  const tried = [...ROLES, 'NOBODY' as const, 'PARTY' as const].map(async (role) => {
    const by =
      role === 'NOBODY' || role === 'PARTY' ? role : ({ roles: [role], clearance: 'RESTRICTED', team: TEAM } as const);
    const got = outcomeOf(await staged.trials.call(by, call));
    const allowed = row.roles === 'PUBLIC' || row.roles.includes(role);
    const refusal = typeof by === 'string' ? '401 UNAUTHENTICATED' : '403 FORBIDDEN';
    const isRight = allowed ? !/^(401|403|5\d\d)/.test(got) : got === refusal;
    return isRight ? [] : [`${row.endpoint} by ${role}: ${got}, and it is ${allowed ? '' : 'not '}in the row`];
  });
  return (await Promise.all(tried)).flat();
};

/** A command that needs a version is refused without one, before anybody looks what it names. */
export const byVersion: Try = async (row, staged) => {
  const { method, path } = anyCall(row, staged);
  if (method === 'GET' || row.roles === 'PUBLIC') return [];
  const call = { method, path, ...(method !== 'DELETE' && { body: {} }) };
  const [role = ''] = rolesIn(row);
  const content = path.endsWith('/content') && {
    body: 'bytes',
    headers: { 'content-type': 'application/octet-stream' },
  };
  const by = { roles: [role], clearance: 'RESTRICTED', team: TEAM } as const;
  const got = outcomeOf(await staged.trials.call(by, { ...call, ...content }));
  const isRefused = got === '428 PRECONDITION_REQUIRED';
  return isRefused === (row.ifMatch ?? false) ? [] : [`${row.endpoint} without If-Match: ${got}`];
};

/** Every role, clearance and team on a case of every classification, restricted to its team or not. */
export const byCase: Try = async (row, { trials, worlds }) => {
  const guard = guardIn(row, 'CASE');
  if (!guard || !PROBES[row.endpoint] || row.endpoint.includes('/parties/{id}')) return [];
  return trials.each(row, callersIn(row), worlds, (by, world) => {
    if (guardIn(row, 'AUDIT_RECORD') && !reaches(by.clearance, 'CONFIDENTIAL')) return BELOW_RECORDS;
    if (!seesCase(row, by, world)) return Trials.hidden(guard);
    if (guardIn(row, 'REASONING') && by.clearance !== 'RESTRICTED') return '403 FORBIDDEN';
    return trials.probe(row, world).letIn;
  });
};

/** Every role and clearance on a party of every classification. */
export const byParty: Try = async (row, { trials, parties }) => {
  const guard = guardIn(row, 'PARTY');
  if (!guard || !PROBES[row.endpoint]) return [];
  return trials.each(row, callersIn(row), parties, (by, party) => {
    if (guardIn(row, 'AUDIT_RECORD') && !reaches(by.clearance, 'CONFIDENTIAL')) return BELOW_RECORDS;
    return reaches(by.clearance, party.classification) ? trials.probe(row, party).letIn : Trials.hidden(guard);
  });
};

/** What a body names and its sender may not see is unknown, as what is not there is. */
export const byNamed: Try = async (row, { trials, worlds, parties, open, nothing }) => {
  const code = guardIn(row, 'CASE')?.otherwise.split(', ')[1] ?? guardIn(row, 'PARTY')?.otherwise.split(', ')[1];
  if (code === undefined) return [];
  const low = { roles: [rolesIn(row)[0] ?? ''], clearance: 'PUBLIC', team: 'other' } as const;
  const isLink = row.endpoint.endsWith('/links');
  const isHidden = ({ classification, restrictedToTeam }: typeof open): boolean =>
    classification !== 'PUBLIC' || (restrictedToTeam && !low.roles.includes('SUPERVISOR'));
  const tried = [...(isLink ? worlds : parties).filter(isHidden), nothing].map(async ({ caseId, partyId }) => {
    const [path, body] = isLink
      ? [`/cases/${open.caseId}/links`, { linkedCaseId: caseId, relation: 'RELATED' }]
      : [`/parties/${open.partyId}/merge`, { intoPartyId: partyId, reason: 'Twice' }];
    const headers = { 'if-match': '"1"' };
    const got = outcomeOf(await trials.call(low, { method: 'POST', path, body, headers }));
    return got === code ? [] : [`${row.endpoint} naming what its sender may not see: ${got} instead of ${code}`];
  });
  return (await Promise.all(tried)).flat();
};

/** Every role and clearance on items of every classification in a case that all may see; with a grant, or its own. */
export const byItem: Try = async (row, { trials, items, hiddenItems }) => {
  const guard = guardIn(row, 'EVIDENCE');
  if (!guard || row.endpoint === 'GET /evidence') return [];
  const grantees = rolesIn(row).map(granteeOf);
  const isGrantee = ({ name }: Caller): boolean => name === 'grantee';
  const callers: Caller[] = [...callersIn(row).filter(({ team }) => team === TEAM), ...grantees, OWN];
  const opens = (by: Caller): boolean =>
    (guard.unless?.includes('GRANT') === true && isGrantee(by)) ||
    (guard.unless?.includes('OWN') === true && by === OWN);
  const otherwise = guard.otherwise === 'withheld' ? '200 withheld' : guard.otherwise;
  const seen = async (by: Caller, item: (typeof items)[number]): Promise<string> => {
    const got = await trials.outcome(row, by, item);
    if (guard.otherwise !== 'withheld' || got !== '200') return got;
    const { text } = await trials.call(by, trials.probe(row, item).call);
    return text.includes(TITLE) ? '200' : '200 withheld';
  };
  const tried = callers
    .filter(({ roles }) => roles.some((role) => rolesIn(row).includes(role)))
    .flatMap((by) => [
      ...items.map(async (item) => {
        const letIn = reaches(by.clearance, item.classification) || opens(by);
        const [wanted, got] = [letIn ? trials.probe(row, item).letIn : otherwise, await seen(by, item)];
        return { by, item, wanted, got };
      }),
      // A grant opens the item though its case is hidden, to whom the row lets it.
      ...(isGrantee(by) ? hiddenItems : []).map(async (item) => {
        const letIn = opens(by) || seesCase(row, by, item);
        const hidden = `${AS_IF_NOT_THERE} (404 NOT_FOUND)`;
        return { by, item, wanted: letIn ? trials.probe(row, item).letIn : hidden, got: await seen(by, item) };
      }),
    ]);
  return (await Promise.all(tried)).flatMap(({ by, item, wanted, got }) =>
    wanted === got
      ? []
      : [
          `${row.endpoint} by ${by.roles.join('+')} ${by.clearance} ${by.name ?? ''} on a ${item.classification} item: ${got} instead of ${wanted}`,
        ],
  );
};

/** An own part in a decision stands in place of the clearance for its reasoning; another's part does not. */
export const byReasoning: Try = async (row, { trials, proposals }) => {
  if (!guardIn(row, 'REASONING')) return [];
  const another: Caller = { ...OWN, name: 'another' };
  const got = [
    await trials.outcome(row, OWN, proposals.correction),
    await trials.outcome(row, another, proposals.correction),
  ];
  return got.join() === '200,403 FORBIDDEN' ? [] : [`${row.endpoint} by the drafter and by another: ${got.join()}`];
};
