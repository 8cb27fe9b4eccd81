import { ANY_OFFICER } from '../casework/roles.js';
import type { Guard } from '../platform/base/context.js';
import type { PermissionRow } from '../platform/http/permission-rows.js';
import { code, table } from '../platform/ownership/document/markdown.js';
import type { Policy } from '../platform/policy/policy.js';

const PLATFORM = 'platform';

const INTRODUCTION = `Each route has one row, and nobody may do what no row allows. The rows are those that the routes are decorated with
and that decide. Paths are below \`/api/v1\`, except those of health and metrics.

Whoever has no valid token is answered 401 \`UNAUTHENTICATED\`, whoever has none of the roles 403 \`FORBIDDEN\`. "Any officer"
is every role that works on cases: all but OPERATOR, ADMIN and PARTY. **M** marks a command that needs \`If-Match\`; without
it the answer is 428 \`PRECONDITION_REQUIRED\`.

A guard decides besides the role. It names the kind of thing, what must speak for the caller, and what follows otherwise:

- CLEARANCE: the caller's clearance is not below the thing's classification. Of an audit record that is CONFIDENTIAL, of
  reasoning RESTRICTED. CAPTURED is everything that the submission of a package captured.
- TEAM: where the case is restricted to its team, the caller is of the team, or a SUPERVISOR.
- "or GRANT": a live access grant opens the one item of evidence instead, and nothing besides.
- "or OWN": an own part in the thing does instead: who registered the item; who drafted, submitted or approved the package;
  who requested the correction or is named to approve it.
- DUTIES: separation of duties. It counts persons, not roles.

404 is the answer to what is not there, too: the two cannot be told apart. What is "left out" of a list is not counted, and
no cursor points to it. What is "withheld" is \`null\` or left out, and named in \`redacted\`.`;

const rolesOf = ({ roles }: Policy): string => {
  if (roles === 'PUBLIC') return 'everybody, without a token';
  const officers = new Set<string>(ANY_OFFICER);
  return roles.length === officers.size && roles.every((role) => officers.has(role)) ? 'any officer' : roles.join(', ');
};

const guardIn = ({ of, by, unless = [], otherwise }: Guard): string =>
  `${of}: ${by.join(', ')}${unless.map((each) => ` or ${each}`).join('')}; otherwise ${otherwise}`;

const rowOf = ({ policy }: PermissionRow): string[] => [
  code(policy.endpoint),
  rolesOf(policy),
  policy.ifMatch ? 'M' : '',
  policy.guards?.map(guardIn).join('. ') ?? '',
];

/** The permission table as a document, a part for each bounded context. The same rows, the same bytes. */
export function permissionsDocument(rows: readonly PermissionRow[]): string {
  const modules = [...new Set(rows.map(({ module = PLATFORM }) => module))].sort();
  const parts = modules.flatMap((name) => [
    `## ${name}`,
    table(['Route', 'Roles', 'M', 'Guards'], rows.filter(({ module = PLATFORM }) => module === name).map(rowOf)),
  ]);
  return (
    [
      '<!-- Generated from the policies of the routes by `remit permissions generate`. Do not edit. -->',
      '# Who may do what',
      INTRODUCTION,
      ...parts,
    ].join('\n\n') + '\n'
  );
}
