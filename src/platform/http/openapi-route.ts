import { Readable } from 'node:stream';
import { RequestMethod } from '@nestjs/common';
import { HEADERS_METADATA, HTTP_CODE_METADATA, METHOD_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/internal';
import { BOUNDED_CONTEXT } from '../messaging/handlers.js';
import { propertyRulesOf, type CheckedClass, type JsonSchema, type PropertyRule } from './class-rules.js';
import type { JsonSchemas } from './json-schemas.js';
import { partsOf, typeOfPart } from './media-type.js';
import { PathPattern } from './path-part.js';
import type { Route } from './require-policies.js';

/** One part of a path, as its check has it. */
export interface PathRule {
  name: string;
  schema: JsonSchema;
}

/** What the code of a route says of what it takes and answers. */
export interface ReadRoute {
  /** The class of the JSON body; `text` for a text that is taken as it comes, `stream` for any bytes. */
  body: CheckedClass | 'text' | 'stream' | undefined;
  /** In the order of the path. */
  path: readonly PathRule[];
  query: readonly (PropertyRule & { description?: string })[];
  status: number;
  /** Where it is no JSON. */
  contentType: string | undefined;
  /** By status, what `@ApiResponse` says of answers that are not written by the framework. */
  written: Readonly<Record<string, JsonSchema>>;
  /** It may change something. */
  isCommand: boolean;
  /** The bounded context; none for the platform's own. */
  module: string | undefined;
}

/** What `@ApiProduces` says, for answers that are not written by the framework. */
const PRODUCES = 'swagger/apiProduces';
const RESPONSES = 'swagger/apiResponse';

const isChecked = (type: unknown): type is CheckedClass =>
  typeof type === 'function' && ![String, Number, Boolean, Array, Object, Readable].includes(type as never);

export function readRoute({ controllerClass, method }: Route, schemas: JsonSchemas): ReadRoute {
  const prototype = controllerClass.prototype as Record<string, object>;
  const handler = prototype[method] ?? {};
  const typeOf = (part: RouteParamtypes): unknown => typeOfPart(part, controllerClass, prototype, method);
  const body = typeOf(RouteParamtypes.BODY);
  const query = typeOf(RouteParamtypes.QUERY);
  const verb = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod;
  const status = Reflect.getMetadata(HTTP_CODE_METADATA, handler) as number | undefined;
  const headers = (Reflect.getMetadata(HEADERS_METADATA, handler) ?? []) as { name: string; value: unknown }[];
  const header = headers.find(({ name }) => name.toLowerCase() === 'content-type')?.value;
  const [type = header] = (Reflect.getMetadata(PRODUCES, handler) ?? []) as unknown[];
  return {
    body: body === String ? 'text' : body === Readable ? 'stream' : isChecked(body) ? body : undefined,
    path: pathOf(controllerClass, method),
    query: isChecked(query) ? queryOf(query, schemas) : [],
    status: status ?? (verb === RequestMethod.POST ? 201 : 200),
    contentType: typeof type === 'string' ? type.split(';')[0] : undefined,
    written: (Reflect.getMetadata(RESPONSES, handler) ?? {}) as Record<string, JsonSchema>,
    isCommand: verb !== RequestMethod.GET,
    module: Reflect.getMetadata(BOUNDED_CONTEXT, controllerClass) as string | undefined,
  };
}

const queryOf = (query: CheckedClass, schemas: JsonSchemas): ReadRoute['query'] =>
  propertyRulesOf(query, schemas.refTo).map((rule) => ({ ...rule, ...schemas.descriptionOf(query, rule.name) }));

/** @throws Error when a part of the path is taken without a check: the description would not say what it looks like */
const pathOf = (controller: object, method: string): PathRule[] =>
  partsOf(RouteParamtypes.PARAM, controller, method).map(({ data: name = '', pipes = [] }) => {
    const check = pipes.find((pipe) => pipe instanceof PathPattern);
    if (!check) throw new Error(`Take ${name || 'each part'} of the path of ${method} by PathId or PathPart.`);
    return { name, schema: { type: 'string', pattern: check.pattern.source } };
  });
