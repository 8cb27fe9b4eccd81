import { Readable } from 'node:stream';
import type { ExecutionContext } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/internal';
import { refuse } from '../base/refusal.js';
import { headerOf, type RemitRequest } from './request.js';

/** A parameter of a route, by the part of the request that it takes. */
interface RoutePart {
  index: number;
  /** The name within that part; none when it takes the whole. */
  data?: string;
  pipes?: unknown[];
}

/** The parameters of a route that take something of this part of the request, first to last. */
export function partsOf(part: RouteParamtypes, controller: object, method: string): RoutePart[] {
  const parts = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) ?? {}) as Record<string, RoutePart>;
  return Object.entries(parts)
    .filter(([key]) => key.startsWith(`${part}:`))
    .map(([, each]) => each)
    .sort((a, b) => a.index - b.index);
}

/** The declared type of the parameter that a route takes this part of the request as. */
export function typeOfPart(part: RouteParamtypes, controller: object, prototype: object, method: string): unknown {
  const types = (Reflect.getMetadata('design:paramtypes', prototype, method) ?? []) as unknown[];
  const [place] = partsOf(part, controller, method);
  return place && types[place.index];
}

/**
 * The server reads JSON and, for the few routes that take a text as it comes, CSV: each route takes one of them, or
 * anything as a stream.
 * @throws UNSUPPORTED_MEDIA_TYPE when this route takes the other one
 */
export function requireMediaType(request: RemitRequest, context: ExecutionContext): void {
  if (request.body === undefined || request.body instanceof Readable) return;
  const controller = context.getClass();
  const wanted = typeOfPart(
    RouteParamtypes.BODY,
    controller,
    controller.prototype as object,
    context.getHandler().name,
  );
  const isJson = headerOf(request, 'content-type')?.startsWith('application/json') === true;
  if (wanted === String ? isJson : !isJson && typeof request.body === 'string') throw refuse.UNSUPPORTED_MEDIA_TYPE();
}
