import { Injectable } from '@nestjs/common';
import { Type } from 'class-transformer';
import { IsIn, IsObject, IsOptional, IsString, Length, Matches, ValidateIf, ValidateNested } from 'class-validator';
import { PartyProfileChanged } from '../../contracts/party/party-profile-changed.v1.js';
import { Address } from '../../contracts/shared/address.js';
import { CLASSIFICATIONS, type Classification } from '../../contracts/shared/values.js';
import type { Answer } from '../../platform/messaging/answer.js';
import { Work } from '../../platform/messaging/work.js';
import { requireReadable } from './party-access.js';
import { Party, PartyVersion } from './party.js';

/** What changes in the legal profile; what is left out stays. */
export class ProfileChange {
  @ValidateIf(({ legalName }: ProfileChange) => legalName !== undefined)
  @IsString()
  @Length(1, 300)
  @Matches(/\S/, { message: 'legalName must not be blank' })
  legalName?: string;

  @IsOptional()
  @IsString()
  @Length(1, 100)
  registrationNumber?: string | null;

  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => Address)
  address?: Address | null;

  @ValidateIf(({ classification }: ProfileChange) => classification !== undefined)
  @IsIn(CLASSIFICATIONS)
  classification?: Classification;
}

@Injectable()
export class ChangeProfile {
  constructor(private readonly work: Work) {}

  run(partyId: string, change: ProfileChange): Promise<Answer> {
    return this.work.run(async (tx) => {
      const party = await tx.load(Party, partyId);
      requireReadable(party);
      tx.requireExpected(party);
      party.changeProfile(change);
      const { profileVersion, legalName, classification } = party;
      tx.publish(party, PartyProfileChanged, { partyId, profileVersion, displayName: legalName, classification });
      tx.add(PartyVersion.of(party, tx.occurredAt));
      tx.audit({
        eventType: 'PartyProfileChangedAudit',
        action: 'CHANGE_PARTY_PROFILE',
        subject: { partyId },
        subjectVersion: party.version,
        dataUsed: [`${partyId}@${party.version - 1}`],
      });
      return { body: { partyId, profileVersion }, of: party };
    });
  }
}
