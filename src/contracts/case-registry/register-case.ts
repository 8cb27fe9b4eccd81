import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsIn,
  IsISO8601,
  IsOptional,
  IsString,
  Length,
  Matches,
  ValidateNested,
} from 'class-validator';
import { CLASSIFICATIONS, idOf, PARTY_ROLES, type Classification, type PartyRole } from '../shared/values.js';

/** A party and what it has to do with the case. */
export class CaseParty {
  /** A party that is registered. */
  @Matches(idOf('pty'))
  partyId!: string;

  /** What it has to do with the case. */
  @IsIn(PARTY_ROLES)
  role!: PartyRole;
}

/** Opens a case: gives it its number. */
export class RegisterCase {
  static readonly type = 'RegisterCase';

  /** A code of the catalogue of case types, such as ENV. */
  @IsString()
  @Matches(/^[A-Z]{2,10}$/)
  caseTypeCode!: string;

  /** Named for the case type unless given. Travels in events: no names of persons. */
  @IsOptional()
  @IsString()
  @Length(1, 300)
  title?: string;

  /** What it is about. Stays with the owner. */
  @IsOptional()
  @IsString()
  @Length(1, 20_000)
  summary?: string;

  /** INTERNAL unless given. */
  @IsOptional()
  @IsIn(CLASSIFICATIONS)
  classification?: Classification;

  /** Only the case's team, its assignee and supervisors may read it. */
  @IsOptional()
  @IsBoolean()
  restrictedToTeam?: boolean;

  /** The registering officer's unless given. */
  @IsOptional()
  @IsString()
  @Length(1, 100)
  team?: string;

  /** Where it happened. */
  @IsOptional()
  @IsString()
  @Length(1, 300)
  location?: string;

  /** The day the matter reached the regulator, as YYYY-MM-DD. */
  @IsOptional()
  @Matches(/^\d{4}-\d{2}-\d{2}$/)
  @IsISO8601({ strict: true })
  receivedOn?: string;

  /** The day on which it happened, as YYYY-MM-DD. */
  @IsOptional()
  @Matches(/^\d{4}-\d{2}-\d{2}$/)
  @IsISO8601({ strict: true })
  occurredOn?: string;

  /** At least one SUBJECT. */
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(50)
  @ValidateNested({ each: true })
  @Type(() => CaseParty)
  parties!: CaseParty[];
}
