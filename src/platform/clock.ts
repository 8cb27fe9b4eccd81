import { Injectable } from '@nestjs/common';

/**
 * The application's clock. Business times (occurrence, due dates, freshness) read this one, so that a
 * demonstration or a test can move it forward; tokens, signatures, leases and rate limits keep to the machine's.
 */
@Injectable()
export class Clock {
  private offsetMilliseconds = 0;

  now(): Date {
    return new Date(Date.now() + this.offsetMilliseconds);
  }

  /** Milliseconds by which this clock is ahead of the machine's. */
  get offset(): number {
    return this.offsetMilliseconds;
  }

  /** @throws RangeError when the clock would go back: events already recorded would lie in the future. */
  moveTo(offsetMilliseconds: number): void {
    if (offsetMilliseconds < this.offsetMilliseconds) throw new RangeError('The clock moves forward only.');
    this.offsetMilliseconds = offsetMilliseconds;
  }
}
