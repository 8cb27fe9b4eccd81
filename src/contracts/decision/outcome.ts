import { Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { idOf } from '../shared/values.js';

export const OUTCOMES = [
  'NO_ACTION',
  'WARNING',
  'REMEDIATION_ORDER',
  'WARNING_AND_REMEDIATION_ORDER',
  'PENALTY',
  'LICENCE_REVOCATION',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const OBLIGATION_TYPES = ['REMEDIATION', 'REPORTING', 'PENALTY', 'CEASE'] as const;
export type ObligationType = (typeof OBLIGATION_TYPES)[number];

/** What a party must do because of a decision. */
export class ObligationTerms {
  @IsIn(OBLIGATION_TYPES)
  obligationType!: ObligationType;

  @Matches(idOf('pty'))
  partyId!: string;

  /** From the day on which the obligation takes effect. */
  @IsInt()
  @Min(1)
  @Max(36_500)
  dueInDays!: number;

  /** In the authority's currency; of a penalty. */
  @IsOptional()
  @IsNumber({ maxDecimalPlaces: 2, allowInfinity: false, allowNaN: false })
  @Min(0.01)
  @Max(1_000_000_000_000)
  amount?: number | null;

  /** DELIVERY of the notice unless given. */
  @IsOptional()
  @IsIn(['DELIVERY', 'ISSUANCE'])
  effectiveOn?: 'DELIVERY' | 'ISSUANCE' | null;
}

/** What was decided, as DecisionFinalized and DecisionCorrected both say it. The reasoning stays with its owner. */
export class DecidedOutcome {
  @Matches(idOf('case'))
  caseId!: string;

  @Matches(idOf('inv'))
  investigationId!: string;

  @Matches(idOf('dec'))
  decisionId!: string;

  @IsInt()
  decisionVersion!: number;

  @IsIn(OUTCOMES)
  outcome!: Outcome;

  @IsBoolean()
  noticeRequired!: boolean;

  @IsBoolean()
  obligationRequired!: boolean;

  @IsArray()
  @IsString({ each: true })
  legalBasisCodes!: string[];

  /** The subject and every obligated party. */
  @IsArray()
  @Matches(idOf('pty'), { each: true })
  addressees!: string[];

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ObligationTerms)
  obligations!: ObligationTerms[];
}
