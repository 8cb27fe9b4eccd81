import { Param, type PipeTransform } from '@nestjs/common';
import { idPattern } from '../base/ids.js';
import { refuse } from '../base/refusal.js';

/** What a part of a path looks like. The description of the API says the same. */
export class PathPattern implements PipeTransform<string, string> {
  constructor(readonly pattern: RegExp) {}

  /** @throws NOT_FOUND for what is named like nothing here, before anybody looks for it */
  transform(value: string): string {
    if (!this.pattern.test(value)) throw refuse.NOT_FOUND();
    return value;
  }
}

/** The part of the path with this name, of which only what the pattern allows reaches the route. */
export const PathPart = (name: string, pattern: RegExp): ParameterDecorator => Param(name, new PathPattern(pattern));

/** The part of the path with this name, which is an identifier with this prefix. */
export const PathId = (name: string, prefix: string): ParameterDecorator => PathPart(name, idPattern(prefix));
