import { IsBoolean, IsIn, IsOptional, IsString, Matches } from 'class-validator';
import { CLASSIFICATIONS, idOf, type Classification } from '../shared/values.js';

/** The header was amended; it is given as it is now. */
export class CaseHeaderAmended {
  static readonly type = 'CaseHeaderAmended';
  static readonly version = 1;

  @Matches(idOf('case'))
  caseId!: string;

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

  /** Left out by earlier releases, in which it could not be amended. */
  @IsOptional()
  @IsString()
  receivedOn?: string | null;

  /** The day on which it happened. */
  @IsOptional()
  @IsString()
  occurredOn?: string | null;
}
