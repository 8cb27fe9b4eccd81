import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { IsIn, IsOptional, IsString, Matches } from 'class-validator';
import { idPattern } from '../../platform/base/ids.js';
import { invalid } from '../../platform/base/refusal.js';
import type { Audience } from '../../platform/identity/authenticator.js';
import { DevelopmentIssuer } from '../../platform/identity/development-issuer.js';
import { Allow } from '../../platform/policy/policy.js';
import type { RolePolicy } from '../roles.js';
import { DEMO_ACTORS } from './demo-officers.js';

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

const token: RolePolicy = { endpoint: 'POST /dev/token', roles: 'PUBLIC', guards: [] };

/** Loaded only where development is allowed; elsewhere it does not exist. */
@Controller('dev')
export class DemoTokenController {
  constructor(private readonly issuer: DevelopmentIssuer) {}

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
    const actor = DEMO_ACTORS.get(actorId ?? '');
    if (!actor) {
      const known = [...DEMO_ACTORS.keys()].join(', ');
      throw invalid({ name: 'actorId', code: 'IS_IN', reason: `Name a demo officer: ${known}.` });
    }
    const { roles, clearance, team } = actor;
    return { accessToken: await this.issuer.sign(actor.actorId, 'remit', { roles, clearance, team }) };
  }
}
