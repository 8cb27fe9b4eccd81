import { Injectable } from '@nestjs/common';

/**
 * The application's clock. Business times (occurrence, due dates, freshness) read this one, so that a
 * demonstration or a test can move it forward; tokens, signatures, leases and rate limits keep to the machine's.
 */
@Injectable()
export class Clock {
  private offsetMilliseconds = 0;
  /** IANA's name of the zone by which the authority counts its days and years. */
  timeZone = 'UTC';

  now(): Date {
    return new Date(Date.now() + this.offsetMilliseconds);
  }

  /** The authority's day at that moment, such as `2026-11-27`. */
  dayOf(at: Date): string {
    return new Intl.DateTimeFormat('sv-SE', { timeZone: this.timeZone, dateStyle: 'short' }).format(at);
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
