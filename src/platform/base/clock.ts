import { Shared } from './shared.js';

/** Swedish dates are written as ISO 8601 writes them. */
const daysIn = (timeZone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });

/**
 * The application's clock. Business times (occurrence, due dates, freshness) read this one, so that a
 * demonstration or a test can move it forward; tokens, signatures, leases and rate limits keep to the machine's.
 */
@Shared()
export class Clock {
  private offsetMilliseconds = 0;
  /** Made once: making one takes far longer than using it. */
  private days = daysIn('UTC');

  now(): Date {
    return new Date(Date.now() + this.offsetMilliseconds);
  }

  /** The authority's day at that moment, such as `2026-11-27`. */
  dayOf(at: Date): string {
    return this.days.format(at);
  }

  /** IANA's name of the zone by which the authority counts its days and years. */
  get timeZone(): string {
    return this.days.resolvedOptions().timeZone;
  }

  set timeZone(name: string) {
    this.days = daysIn(name);
  }

  /** Milliseconds by which this clock is ahead of the machine's. */
  get offset(): number {
    return this.offsetMilliseconds;
  }

  /** Never back, or events already recorded would lie in the future: whoever comes with an older offset is late. */
  moveTo(offsetMilliseconds: number): void {
    this.offsetMilliseconds = Math.max(this.offsetMilliseconds, offsetMilliseconds);
  }
}
