import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { IsIn, IsInt, IsOptional, IsString, Matches, Max, Min } from 'class-validator';
import { Clock } from '../base/clock.js';
import { idPattern } from '../base/ids.js';
import { Kernel } from '../kernel/kernel.js';
import { Allow, type Policy } from '../policy/policy.js';
import { invalid } from '../base/refusal.js';
import type { Audience } from './authenticator.js';
import { DevelopmentIssuer } from './development-issuer.js';

export class TokenRequest {
  /** A demo officer. */
  @IsOptional()
  @IsString()
  actorId?: string;

  /** A party, for the portal. */
  @IsOptional()
  @Matches(idPattern('pty'))
  partyId?: string;

  @IsOptional()
  @IsIn(['remit', 'portal'])
  audience?: Audience;
}

const THOUSAND_YEARS = 31_556_952_000;

export class AdvanceClock {
  /** Seconds by which the application's clock moves forward. */
  @IsInt()
  @Min(0)
  @Max(THOUSAND_YEARS)
  advanceSeconds!: number;
}

const token: Policy = { endpoint: 'POST /dev/token', roles: 'PUBLIC' };
const clock: Policy = { endpoint: 'POST /dev/clock', roles: ['ADMIN'] };

/** Helpers for demonstrations and tests. Loaded only where development is allowed; elsewhere they do not exist. */
@Controller('dev')
export class DevelopmentController {
  constructor(
    private readonly issuer: DevelopmentIssuer,
    private readonly kernel: Kernel,
    @Inject(Clock) private readonly applicationClock: Clock,
  ) {}

  /**
   * A token for a demo officer. Or, with `partyId` and the audience `portal`, for a party. Only where the development
   * issuer signs.
   */
  @Post('token')
  @HttpCode(200)
  @Allow(token)
  async token(@Body() { actorId, partyId, audience }: TokenRequest): Promise<{ accessToken: string }> {
    if (audience === 'portal') {
      if (!partyId) throw invalid({ name: 'partyId', code: 'IS_DEFINED', reason: 'A portal token is for a party.' });
      return { accessToken: await this.issuer.sign(partyId, 'portal', { partyId }) };
    }
    const { actors } = this.issuer;
    const actor = actors.get(actorId ?? '');
    if (!actor)
      throw invalid({
        name: 'actorId',
        code: 'IS_IN',
        reason: `Name a demo officer: ${[...actors.keys()].join(', ')}.`,
      });
    const { roles, clearance, team } = actor;
    return { accessToken: await this.issuer.sign(actor.actorId, 'remit', { roles, clearance, team }) };
  }

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
