import type { DynamicModule, Provider, Type } from '@nestjs/common';
import { MODULE_METADATA } from '@nestjs/common/constants.js';
import { BOUNDED_CONTEXT, CARRIES_OUT } from '../messaging/handlers.js';
import type { Policy } from '../policy/policy.js';
import { routesIn } from './require-policies.js';

/** A row of the permission table, and the bounded context whose it is; none is the platform's. */
export interface PermissionRow {
  module: string | undefined;
  policy: Policy;
}

type Wired = Type | DynamicModule;

const partsOf = <Part>(wired: Wired, kind: 'imports' | 'controllers' | 'providers'): Part[] =>
  'module' in wired
    ? ((wired[kind] ?? []) as Part[])
    : ((Reflect.getMetadata(MODULE_METADATA[kind.toUpperCase() as 'IMPORTS'], wired) ?? []) as Part[]);

const contextOf = (of: object): string | undefined => Reflect.getMetadata(BOUNDED_CONTEXT, of) as string | undefined;

/**
 * The permission table as the code has it: a row for each route, and one for each command that a module is told under a
 * row that no route has. It is read from what the routes are decorated with: nothing is started.
 */
export function permissionRows(wired: Wired): PermissionRow[] {
  const module = 'module' in wired ? undefined : contextOf(wired);
  const routes = partsOf<Type>(wired, 'controllers').flatMap((controller) =>
    routesIn(controller).flatMap(({ policy }) => (policy ? [{ module, policy }] : [])),
  );
  const told = partsOf<Provider>(wired, 'providers').flatMap((provider) => {
    const carried =
      typeof provider === 'function' && (Reflect.getMetadata(CARRIES_OUT, provider) as Carried | undefined);
    return carried ? [{ module, policy: carried.policy }] : [];
  });
  const own = [...routes, ...told.filter(({ policy }) => routes.every((route) => route.policy !== policy))];
  return [...own, ...partsOf<Wired>(wired, 'imports').flatMap(permissionRows)];
}

interface Carried {
  policy: Policy;
}
