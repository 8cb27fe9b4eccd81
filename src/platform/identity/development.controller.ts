import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { IsInt, Max, Min } from 'class-validator';
import { Clock } from '../base/clock.js';
import { Kernel } from '../kernel/kernel.js';
import { Allow, type Policy } from '../policy/policy.js';

const THOUSAND_YEARS = 31_556_952_000;

export class AdvanceClock {
  /** Seconds by which the application's clock moves forward. */
  @IsInt()
  @Min(0)
  @Max(THOUSAND_YEARS)
  advanceSeconds!: number;
}

const clock: Policy = { endpoint: 'POST /dev/clock', roles: ['ADMIN'] };

/** Helpers for demonstrations and tests. Loaded only where development is allowed; elsewhere they do not exist. */
@Controller('dev')
export class DevelopmentController {
  constructor(
    private readonly kernel: Kernel,
    @Inject(Clock) private readonly applicationClock: Clock,
  ) {}

  /**
   * Moves the application's clock forward. Due dates, timers and freshness follow it; tokens and rate limits keep to
   * the machine's. The offset lasts across restarts.
   */
  @Post('clock')
  @HttpCode(200)
  @Allow(clock)
  async advance(@Body() { advanceSeconds }: AdvanceClock): Promise<{ now: string; offsetSeconds: number }> {
    await this.kernel.advanceClock(advanceSeconds * 1000);
    return { now: this.applicationClock.now().toISOString(), offsetSeconds: this.applicationClock.offset / 1000 };
  }
}
