import type { INestApplication, Type } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { POLICY, type Policy } from '../policy/policy.js';

export interface Route {
  controller: string;
  method: string;
  handler: object;
  policy: Policy | undefined;
  controllerClass: Type;
}

/** The routes of a controller, each with its row of the permission table. */
export function routesIn(controllerClass: Type): Route[] {
  const prototype = controllerClass.prototype as Record<string, object>;
  return new MetadataScanner().getAllMethodNames(prototype).flatMap((method) => {
    const handler = prototype[method];
    if (!handler || Reflect.getMetadata(PATH_METADATA, handler) === undefined) return [];
    const policy = Reflect.getMetadata(POLICY, handler) as Policy | undefined;
    return [{ controller: controllerClass.name, method, handler, policy, controllerClass }];
  });
}

/** Every route of the application with its row of the permission table. */
export const routesOf = (app: INestApplication): Route[] =>
  [...app.get(ModulesContainer).values()]
    .flatMap((module) => [...module.controllers.values()])
    .flatMap(({ metatype }) => (metatype ? routesIn(metatype as Type) : []));

/** Deny by default begins at start. @throws Error naming every route without a policy */
export function requirePolicies(app: INestApplication): void {
  const open = routesOf(app).filter(({ policy }) => policy === undefined);
  if (open.length > 0)
    throw new Error(
      `These routes declare no policy: ${open.map(({ controller, method }) => `${controller}.${method}`).join(', ')}.`,
    );
}
