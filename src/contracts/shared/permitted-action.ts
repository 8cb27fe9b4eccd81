import { Type } from 'class-transformer';
import { IsArray, IsBoolean, IsInt, IsObject, IsOptional, IsString, ValidateNested } from 'class-validator';

/** What stands against a command, as the command itself would say it. */
export class StandingRefusal {
  @IsString()
  code!: string;

  @IsString()
  detail!: string;
}

/** A command about a case, and whether the one who asks may give it now, as its owner says. */
export class PermittedAction {
  /** Verb and object, as in audit records. */
  @IsString()
  action!: string;

  /** The module that carries it out, and whose rules stand in its way. */
  @IsString()
  owner!: string;

  @IsString()
  method!: string;

  @IsString()
  path!: string;

  @IsOptional()
  @IsObject()
  query?: Readonly<Record<string, string>>;

  /** The part of the body for which this holds. */
  @IsOptional()
  @IsObject()
  body?: Readonly<Record<string, unknown>>;

  @IsString()
  aggregateId!: string;

  /** For If-Match; null where the command needs none. */
  @IsOptional()
  @IsInt()
  version!: number | null;

  @IsBoolean()
  permitted!: boolean;

  /** None when permitted; the command would answer with the first. */
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => StandingRefusal)
  refusals!: StandingRefusal[];
}
