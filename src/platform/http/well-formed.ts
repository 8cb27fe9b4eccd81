import { Readable } from 'node:stream';
import { invalid, refuse, type InvalidParam } from '../base/refusal.js';
import type { RemitRequest } from './request.js';

/** What no text in PostgreSQL can hold: NUL, and a half of a surrogate pair. */
const UNSTORABLE = /\0|\p{Surrogate}/u;

/** Far deeper than any input here; checks that follow nesting would end at the stack's. */
const DEEPEST = 32;

const fault = (name: string, code: string, reason: string): InvalidParam[] => [{ name, code, reason }];

function faultsOf(value: unknown, name: string, depth: number): InvalidParam[] {
  if (typeof value === 'string')
    return UNSTORABLE.test(value) ? fault(name, 'TEXT', 'This text holds letters that are no Unicode text.') : [];
  if (typeof value !== 'object' || value === null) return [];
  if (depth === DEEPEST) return fault(name, 'DEPTH', 'This is nested too deeply.');
  if (Array.isArray(value))
    return value.flatMap((each: unknown, index) => faultsOf(each, `${name}[${index}]`, depth + 1));
  return Object.entries(value).flatMap(([key, each]) => {
    const path = name === '' ? key : `${name}.${key}`;
    // The library that makes objects of classes drops these names unseen.
    if (key in Object.prototype) return fault(path, 'UNKNOWN_FIELD', 'This field is not known here; remove it.');
    return faultsOf(each, path, depth + 1);
  });
}

export const isStorable = (text: string): boolean => !UNSTORABLE.test(text);

/**
 * Refuses what the database could not take or the checks could not walk through, before anything looks at it.
 * @throws NOT_FOUND for a path, since no identifier looks like this; VALIDATION_FAILED for a query or body
 */
export function requireWellFormed({ params, query, body }: RemitRequest): void {
  if (!Object.values(params as Record<string, string>).every(isStorable)) throw refuse.NOT_FOUND();
  // What is taken as it comes is judged by those who read it.
  const asItComes = typeof body === 'string' || body instanceof Readable;
  const faults = [...faultsOf(query, '', 0), ...(asItComes ? [] : faultsOf(body, '', 0))];
  if (faults.length > 0) throw invalid(...faults);
}
