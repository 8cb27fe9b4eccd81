import { Type } from 'class-transformer';
import {
  IsEmail,
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { Address } from '../shared/address.js';
import {
  CLASSIFICATIONS,
  CONTACT_CHANNELS,
  PARTY_KINDS,
  type Classification,
  type ContactChannel,
  type PartyKind,
} from '../shared/values.js';

/** Something other than white space. */
const NOT_BLANK = /\S/;

/** How a party wishes to be reached. */
export class ContactPreference {
  @IsIn(CONTACT_CHANNELS)
  channel!: ContactChannel;

  /** Needed when the channel is EMAIL. */
  @ValidateIf(({ channel, email }: ContactPreference) => channel === 'EMAIL' || email !== undefined)
  @IsEmail()
  email?: string;

  /** BCP 47, e.g. `en` or `pt-BR`. */
  @IsOptional()
  @Matches(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/)
  language?: string | null;
}

/** Registers a person or an organisation. */
export class RegisterParty {
  static readonly type = 'RegisterParty';

  @IsIn(PARTY_KINDS)
  kind!: PartyKind;

  @IsString()
  @Length(1, 300)
  @Matches(NOT_BLANK, { message: 'legalName must not be blank' })
  legalName!: string;

  /** In the register of companies, or the like. */
  @IsOptional()
  @IsString()
  @Length(1, 100)
  registrationNumber?: string;

  /** Unknown for many parties when a case begins. */
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => Address)
  address?: Address;

  /** POST unless given. */
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => ContactPreference)
  contactPreference?: ContactPreference;

  /** INTERNAL unless given. */
  @IsOptional()
  @IsIn(CLASSIFICATIONS)
  classification?: Classification;
}
