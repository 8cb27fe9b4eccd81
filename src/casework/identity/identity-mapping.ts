import { parseDocument } from 'yaml';
import { CLASSIFICATIONS, type Classification } from '../../platform/base/context.js';
import type { Path, Shape } from '../../platform/ownership/shape.js';
import { listOf, mapOf, oneOf, optional, record, required, text } from '../../platform/ownership/shape.js';
import { OFFICER_ROLES } from '../roles.js';

/** Where a claim is: `realm_access.roles` is `roles` within `realm_access`; a list for names that hold dots. */
export type ClaimPath = string | readonly string[];

/** Which of an issuer's claims mean what here. Whatever is not named gives nothing. */
export interface IdentityMapping {
  officers: {
    roles: { claim: ClaimPath; values: Readonly<Record<string, readonly string[]>> };
    /** The highest of those that match; none, the lowest there is. */
    clearance?: { claim: ClaimPath; values: Readonly<Record<string, Classification>> };
    /** Without `values` the claim's own text is the team. More than one is none. */
    team?: { claim: ClaimPath; values?: Readonly<Record<string, string>> };
  };
  portal: { party: ClaimPath };
  /** Subjects who are nobody here, whatever their token says. */
  revoked: readonly string[];
  /** Subjects of whom this is true, whatever their token says. */
  actors: Readonly<Record<string, { roles: readonly string[]; clearance?: Classification; team?: string }>>;
}

/** The mapping cannot be used; the message is one line that names the key and how to mend it. */
export class IdentityMappingError extends Error {}

const words = text(/\S/, 'some words');
const claim: Shape<ClaimPath> = (value, at, report) =>
  Array.isArray(value) ? listOf(words)(value, at, report) : words(value, at, report);

function mappingShape(): Shape<IdentityMapping> {
  const role: Shape<string> = oneOf(OFFICER_ROLES);
  const roles = listOf(role);
  const rolesOrOne: Shape<string[]> = (value, at, report) =>
    Array.isArray(value) ? roles(value, at, report) : [role(value, at, report)];
  return record<IdentityMapping>({
    officers: required(
      record<IdentityMapping['officers']>({
        roles: required(record({ claim: required(claim), values: required(mapOf(words, rolesOrOne)) })),
        clearance: optional<IdentityMapping['officers']['clearance']>(
          record({ claim: required(claim), values: required(mapOf(words, oneOf(CLASSIFICATIONS))) }),
          undefined,
        ),
        team: optional<IdentityMapping['officers']['team']>(
          record({ claim: required(claim), values: optional(mapOf(words, words), undefined as never) }),
          undefined,
        ),
      }),
    ),
    portal: optional(record({ party: required(claim) }), { party: 'partyId' }),
    revoked: optional(listOf(words), []),
    actors: optional(
      mapOf(
        words,
        record<IdentityMapping['actors'][string]>({
          roles: required(roles),
          clearance: optional<Classification | undefined>(oneOf(CLASSIFICATIONS), undefined),
          team: optional<string | undefined>(words, undefined),
        }),
      ),
      {},
    ),
  });
}

/**
 * Reads a mapping file, YAML or JSON.
 * @throws IdentityMappingError naming the first key that is wrong and how to mend it
 */
export function readIdentityMapping(content: string): IdentityMapping {
  const document = parseDocument(content);
  const [broken] = document.errors;
  if (broken) throw new IdentityMappingError(`it is not YAML: ${broken.message.split('\n')[0] ?? ''}`);
  let first: string | undefined;
  const report = (at: Path, why: string, mend: string): void => {
    first ??= `${at.length === 0 ? 'the file' : at.join('.')} ${why}. ${mend}`;
  };
  const mapping = mappingShape()(document.toJS({ maxAliasCount: 100 }), [], report);
  if (first !== undefined) throw new IdentityMappingError(first);
  return mapping;
}

/** What an issuer needs no mapping for: claims named roles, clearance and team, with this application's own words. */
export const OWN_CLAIMS: IdentityMapping = {
  officers: {
    roles: { claim: 'roles', values: Object.fromEntries(OFFICER_ROLES.map((role) => [role, [role]])) },
    clearance: { claim: 'clearance', values: Object.fromEntries(CLASSIFICATIONS.map((each) => [each, each])) },
    team: { claim: 'team' },
  },
  portal: { party: 'partyId' },
  revoked: [],
  actors: {},
};
