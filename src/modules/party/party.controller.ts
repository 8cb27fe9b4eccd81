import { Body, Controller, Get, HttpCode, Patch, Post, Put, Query } from '@nestjs/common';
import { ContactPreference, RegisterParty } from '../../contracts/party/register-party.js';
import type { Page } from '../../platform/http/page.js';
import { PathId } from '../../platform/http/path-part.js';
import type { Answer } from '../../platform/messaging/answer.js';
import { Allow } from '../../platform/policy/policy.js';
import { ChangeContactPreference } from './change-contact-preference.js';
import { ChangeProfile, ProfileChange } from './change-profile.js';
import { FindParties, PartyQuery, type ShownParty } from './find-parties.js';
import { MergeParty, PartyMerge } from './merge-party.js';
import type { Party } from './party.js';
import { partyPolicies } from './party.policies.js';
import { RegisterPartyHandler } from './register-party.js';
import { PartyUnmerge, UnmergeParty } from './unmerge-party.js';

@Controller('parties')
export class PartyController {
  constructor(
    private readonly registerParty: RegisterPartyHandler,
    private readonly changeProfile: ChangeProfile,
    private readonly changeContactPreference: ChangeContactPreference,
    private readonly mergeParty: MergeParty,
    private readonly unmergeParty: UnmergeParty,
    private readonly findParties: FindParties,
  ) {}

  /** Registers a person or an organisation. Its name, address and contact preference can be changed later. */
  @Post()
  @Allow(partyPolicies.register)
  register(@Body() body: RegisterParty): Promise<Answer> {
    return this.registerParty.carryOut(body);
  }

  /**
   * Parties within the reader's clearance, newest first. Search them by a part of their name, or by registration
   * number.
   */
  @Get()
  @Allow(partyPolicies.list)
  list(@Query() query: PartyQuery): Promise<Page<Party>> {
    return this.findParties.list(query);
  }

  /**
   * One party as its owner knows it. Of a party that was merged into another, `mergedInto` names that other.
   */
  @Get(':partyId')
  @Allow(partyPolicies.read)
  read(@PathId('partyId', 'pty') partyId: string): Promise<ShownParty> {
    return this.findParties.one(partyId);
  }

  /** Changes the legal profile. What is left out stays; the profile has a version of its own. */
  @Patch(':partyId/profile')
  @Allow(partyPolicies.changeProfile)
  profile(@PathId('partyId', 'pty') partyId: string, @Body() body: ProfileChange): Promise<Answer> {
    return this.changeProfile.run(partyId, body);
  }

  /** Replaces how the party wishes to be reached. The preference has a version of its own. */
  @Put(':partyId/contact-preference')
  @Allow(partyPolicies.changeContactPreference)
  contactPreference(@PathId('partyId', 'pty') partyId: string, @Body() body: ContactPreference): Promise<Answer> {
    return this.changeContactPreference.run(partyId, body);
  }

  /** Merges a party into another, which survives. Cases keep the names of the time of registration. */
  @Post(':partyId/merge')
  @HttpCode(200)
  @Allow(partyPolicies.merge)
  merge(@PathId('partyId', 'pty') partyId: string, @Body() body: PartyMerge): Promise<Answer> {
    return this.mergeParty.run(partyId, body);
  }

  /** Takes a merge back. */
  @Post(':partyId/unmerge')
  @HttpCode(200)
  @Allow(partyPolicies.unmerge)
  unmerge(@PathId('partyId', 'pty') partyId: string, @Body() body: PartyUnmerge): Promise<Answer> {
    return this.unmergeParty.run(partyId, body);
  }
}
