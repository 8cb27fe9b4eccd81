import { Matches } from 'class-validator';
import { invalid } from '../../platform/base/refusal.js';

/** A day, or a time with its offset from UTC (RFC 3339): without one it would mean something else on each server. */
const INSTANT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/;

export const IsInstant = (): PropertyDecorator =>
  Matches(INSTANT, { message: '$property must be a date, or a time with offset such as 2026-03-02T09:30:00Z' });

/** @throws VALIDATION_FAILED for what the calendar does not have */
export function instantOf(name: string, text: string): Date {
  const instant = new Date(text);
  const day = new Date(`${text.slice(0, 10)}T00:00:00Z`);
  // 31 February reads as a day in March.
  if (Number.isNaN(instant.getTime()) || day.toISOString().slice(0, 10) !== text.slice(0, 10))
    throw invalid({ name, code: 'DATE', reason: 'There is no such date or time.' });
  return instant;
}
