import { Type } from 'class-transformer';
import { IsArray, IsBoolean, IsIn, IsInt, IsOptional, IsString, Matches, ValidateNested } from 'class-validator';
import { CLASSIFICATIONS, idOf, PARTY_ROLES, type Classification, type PartyRole } from '../shared/values.js';

export class PartyInRole {
  @Matches(idOf('pty'))
  partyId!: string;

  @IsIn(PARTY_ROLES)
  role!: PartyRole;
}

/** Enough of a case to refer to it and to know who may see it. */
export class CaseReference {
  @Matches(idOf('case'))
  caseId!: string;

  @IsString()
  caseNumber!: string;

  @IsString()
  status!: string;

  @IsIn(CLASSIFICATIONS)
  classification!: Classification;

  @IsBoolean()
  restrictedToTeam!: boolean;

  @IsOptional()
  @IsString()
  team!: string | null;

  @IsInt()
  version!: number;

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => PartyInRole)
  parties!: PartyInRole[];
}

/** Asks Case Registry for a case; null when there is none. Whoever needs several asks GetCaseReferences. */
export class GetCaseReference {
  static readonly type = 'GetCaseReference';
  static readonly answer = { oneOrNone: CaseReference };
  declare readonly _answer?: CaseReference | null;

  @Matches(idOf('case'))
  caseId!: string;
}
