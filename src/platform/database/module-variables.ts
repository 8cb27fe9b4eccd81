import { ConfigurationError } from '../base/environment.js';
import { nearest } from '../base/nearest.js';
import type { Declaration } from '../ownership/declaration.js';

/** How each module connects: by its own role, and never by another's. */
export type Connections = ReadonlyMap<string, string>;

/** `REMIT_DB_CASE_REGISTRY_URL` is the connection of `case-registry`. */
export const variableOf = (module: string): string => `REMIT_DB_${module.toUpperCase().replaceAll('-', '_')}_URL`;

/** @throws ConfigurationError for a connection of a module that does not exist: the right one would go without */
export function requireKnown(given: Readonly<Record<string, string>>, declarations: readonly Declaration[]): void {
  const modules = declarations.map(({ module }) => module);
  const unknown = Object.keys(given).find((module) => !modules.includes(module));
  if (unknown === undefined) return;
  const meant = variableOf(nearest(unknown, modules));
  throw new ConfigurationError(`${variableOf(unknown)} is of no module: did you mean ${meant}? Correct or remove it.`);
}
