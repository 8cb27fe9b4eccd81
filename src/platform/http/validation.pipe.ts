import { Readable } from 'node:stream';
import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import { Shared } from '../base/shared.js';
import { checkInput } from '../messaging/check-input.js';
import { invalid } from '../base/refusal.js';

const PRIMITIVES = new Set<unknown>([String, Number, Boolean, Array, Object, Readable, undefined]);

/** Checks bodies and query strings against their classes, as commands from other modules are checked. */
@Shared()
export class ValidationPipe implements PipeTransform {
  transform(value: unknown, { metatype, type }: ArgumentMetadata): unknown {
    if (type === 'custom' || type === 'param' || PRIMITIVES.has(metatype)) return value;
    if (type === 'query') this.refuseRepeats(value);
    return checkInput(metatype as new () => object, value ?? {});
  }

  private refuseRepeats(value: unknown): void {
    const repeated = Object.entries(value ?? {}).filter(([, each]) => Array.isArray(each));
    if (repeated.length > 0)
      throw invalid(...repeated.map(([name]) => ({ name, code: 'REPEATED', reason: 'Give this parameter once.' })));
  }
}
