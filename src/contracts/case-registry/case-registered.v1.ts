import { Type } from 'class-transformer';
import { IsArray, IsBoolean, IsIn, IsInt, IsOptional, IsString, Matches, ValidateNested } from 'class-validator';
import { CLASSIFICATIONS, idOf, PARTY_ROLES, type Classification, type PartyRole } from '../shared/values.js';

/** A party of the case and the version at which it was known then. Its name is Party's to tell. */
export class RegisteredParty {
  @Matches(idOf('pty'))
  partyId!: string;

  @IsIn(PARTY_ROLES)
  role!: PartyRole;

  @IsInt()
  partyVersionAtRegistration!: number;
}

/** A case exists and has its number. */
export class CaseRegistered {
  static readonly type = 'CaseRegistered';
  static readonly version = 1;

  @Matches(idOf('case'))
  caseId!: string;

  @IsString()
  caseNumber!: string;

  @IsString()
  caseTypeCode!: string;

  @IsString()
  title!: string;

  @IsIn(CLASSIFICATIONS)
  classification!: Classification;

  @IsBoolean()
  restrictedToTeam!: boolean;

  @IsOptional()
  @IsString()
  team!: string | null;

  @IsOptional()
  @IsString()
  location!: string | null;

  @IsOptional()
  @IsString()
  receivedOn!: string | null;

  @IsOptional()
  @IsString()
  occurredOn?: string | null;

  @IsIn(['REGISTERED'])
  status!: 'REGISTERED';

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => RegisteredParty)
  parties!: RegisteredParty[];
}
