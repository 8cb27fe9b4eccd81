import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { ObligationTerms, OUTCOMES, type Outcome } from '../../../contracts/decision/outcome.js';
import { refuseDecision } from '../decision.errors.js';

/** Blank ones are refused by the rule that wants a legal basis, not by their shape. */
export const LEGAL_BASIS_CODE = /^[\w.:/§ -]{0,100}$/;
export const LEGAL_BASIS_MESSAGE = 'each of legalBasisCodes must be at most 100 letters, digits, spaces or . : / - _ §';
export const LONGEST_REASONING = 200_000;

/** What an authority decides. Only its shape is checked here; a rule that it breaks is refused by its own code. */
export class Determination {
  @IsIn(OUTCOMES)
  outcome!: Outcome;

  /** Such as ACT-12-4; at least one. */
  @IsArray()
  @ArrayMaxSize(50)
  @IsString({ each: true })
  @Matches(LEGAL_BASIS_CODE, { each: true, message: LEGAL_BASIS_MESSAGE })
  legalBasisCodes!: string[];

  /** Restricted: in no event, no audit record and no answer but that of the reasoning's own endpoint. */
  @IsString()
  @MaxLength(LONGEST_REASONING)
  reasoning!: string;

  @IsBoolean()
  noticeRequired!: boolean;

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(50)
  @ValidateNested({ each: true })
  @Type(() => ObligationTerms)
  obligations?: ObligationTerms[] | null;
}

/** What was decided, but for its reasoning. */
export interface DecidedTerms {
  outcome: Outcome;
  legalBasisCodes: string[];
  noticeRequired: boolean;
  obligations: ObligationTerms[];
}

/** The terms with what was left out filled in. */
export const termsOf = ({
  outcome,
  legalBasisCodes,
  noticeRequired,
  obligations,
}: Omit<Determination, 'reasoning'>): DecidedTerms => ({
  outcome,
  legalBasisCodes: [...new Set(legalBasisCodes.map((code) => code.trim()))],
  noticeRequired,
  obligations: (obligations ?? []).map(({ obligationType, partyId, dueInDays, amount, effectiveOn }) => ({
    obligationType,
    partyId,
    dueInDays,
    ...(typeof amount === 'number' && { amount }),
    effectiveOn: effectiveOn ?? 'DELIVERY',
  })),
});

/**
 * @param ofCase the parties of the case and the subject
 * @throws the code of the first rule that the terms or their reasoning break
 */
export function requireSound(terms: DecidedTerms, reasoning: string, ofCase: readonly string[]): void {
  const { outcome, legalBasisCodes, noticeRequired, obligations } = terms;
  if (legalBasisCodes.length === 0 || legalBasisCodes.includes('')) throw refuseDecision.LEGAL_BASIS_REQUIRED();
  if (reasoning.trim() === '') throw refuseDecision.REASONING_REQUIRED();
  if (outcome === 'NO_ACTION' && obligations.length > 0) throw refuseDecision.NO_ACTION_WITH_OBLIGATIONS();
  if (obligations.length > 0 && !noticeRequired) throw refuseDecision.OBLIGATION_NEEDS_NOTICE();
  const strangers = obligations.map(({ partyId }) => partyId).filter((partyId) => !ofCase.includes(partyId));
  if (strangers.length > 0)
    throw refuseDecision.OBLIGATED_PARTY_NOT_OF_CASE('Add the party to the case first.', {
      partyIds: [...new Set(strangers)],
    });
  for (const { obligationType, amount } of obligations) {
    if (obligationType === 'PENALTY' && typeof amount !== 'number') throw refuseDecision.PENALTY_NEEDS_AMOUNT();
    if (obligationType !== 'PENALTY' && typeof amount === 'number') throw refuseDecision.AMOUNT_NEEDS_PENALTY();
  }
  // An obligation is known by its kind and party: the second would be lost.
  const kinds = new Set(obligations.map(({ obligationType, partyId }) => `${obligationType} ${partyId}`));
  if (kinds.size < obligations.length) throw refuseDecision.OBLIGATION_REPEATED();
}
