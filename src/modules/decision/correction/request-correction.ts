import { Injectable } from '@nestjs/common';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsOptional,
  IsString,
  Length,
  Matches,
  MaxLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { ObligationTerms, OUTCOMES, type Outcome } from '../../../contracts/decision/outcome.js';
import { currentCall } from '../../../platform/base/context.js';
import { given } from '../../../platform/base/given.js';
import type { Answer } from '../../../platform/messaging/answer.js';
import { Work } from '../../../platform/messaging/work.js';
import { LEGAL_BASIS_CODE, LEGAL_BASIS_MESSAGE, LONGEST_REASONING, termsOf } from '../outcome/determination.js';
import { DecisionPackage } from '../package/decision-package.js';
import { FindPackage } from '../package/find-package.js';
import { correctedTerms } from './corrected-terms.js';
import { DecisionCorrection } from './decision-correction.js';

/** The authority who is to approve a correction: another person than whoever requests it. */
export class NamedAuthority {
  @IsString()
  @Length(1, 200)
  @Matches(/^\S+$/, { message: 'approvedBy must be an actor id' })
  approvedBy!: string;
}

const isGiven =
  (field: keyof CorrectionRequest) =>
  (request: CorrectionRequest): boolean =>
    request[field] !== undefined;

/** What changes in the decision, what stays being left out; why; and who is to approve it. */
export class CorrectionRequest extends NamedAuthority {
  @ValidateIf(isGiven('outcome'))
  @IsIn(OUTCOMES)
  outcome?: Outcome;

  @ValidateIf(isGiven('legalBasisCodes'))
  @IsArray()
  @ArrayMaxSize(50)
  @IsString({ each: true })
  @Matches(LEGAL_BASIS_CODE, { each: true, message: LEGAL_BASIS_MESSAGE })
  legalBasisCodes?: string[];

  @ValidateIf(isGiven('reasoning'))
  @IsString()
  @MaxLength(LONGEST_REASONING)
  reasoning?: string;

  @ValidateIf(isGiven('noticeRequired'))
  @IsBoolean()
  noticeRequired?: boolean;

  @ValidateIf(isGiven('obligations'))
  @IsArray()
  @ArrayMaxSize(50)
  @ValidateNested({ each: true })
  @Type(() => ObligationTerms)
  obligations?: ObligationTerms[];

  @IsString()
  @Length(1, 5_000)
  @Matches(/\S/, { message: 'reason must not be blank' })
  reason!: string;

  @IsOptional()
  @IsString()
  @Length(1, 100)
  ticketRef?: string | null;
}

/** Asks for a correction. The decision stays as it is until the named authority approves. */
@Injectable()
export class RequestCorrection {
  constructor(
    private readonly packages: FindPackage,
    private readonly work: Work,
  ) {}

  async run(decisionId: string, request: CorrectionRequest): Promise<Answer> {
    const { found, reference } = await this.packages.ofDecision(decisionId);
    const { actorId } = currentCall().actor;
    return this.work.run(async (tx) => {
      const decided = await tx.loadExpected(DecisionPackage, found.decisionPackageId);
      const { caseId, decisionPackageId, decisionVersion } = decided;
      const correction = DecisionCorrection.request(
        {
          decisionId,
          caseId,
          ofDecisionVersion: decisionVersion ?? 0,
          change: changeOf(request),
          reasoningText: request.reasoning ?? null,
          reason: request.reason,
          ticketRef: request.ticketRef ?? null,
          approvedBy: request.approvedBy,
        },
        actorId,
        tx.occurredAt,
      );
      // What could not take effect is refused now, not after somebody has approved it.
      await correctedTerms(tx, correction, decided, reference);
      const { correctionId, status, approvedBy, expiresAt } = correction;
      tx.add(correction);
      tx.audit({
        eventType: 'DecisionCorrectionRequestedAudit',
        action: 'REQUEST_DECISION_CORRECTION',
        subject: { caseId, decisionPackageId, decisionId, correctionId },
        subjectVersion: correction.version,
        afterState: status,
        dataUsed: [`${decisionPackageId}@${decided.version}`, `${decisionId}@${decisionVersion ?? 0}`],
      });
      return {
        status: 201,
        location: `/decisions/${decisionId}/corrections/${correctionId}`,
        body: { correctionId, decisionId, status, approvedBy, expiresAt: expiresAt.toISOString() },
        of: correction,
      };
    });
  }
}

function changeOf({ outcome, legalBasisCodes, noticeRequired, obligations }: CorrectionRequest): object {
  // Filled in as in a decision, where it is given at all.
  const whole = termsOf({
    outcome: outcome ?? 'NO_ACTION',
    legalBasisCodes: legalBasisCodes ?? [],
    noticeRequired: noticeRequired ?? false,
    obligations: obligations ?? [],
  });
  return given({
    outcome,
    noticeRequired,
    legalBasisCodes: legalBasisCodes && whole.legalBasisCodes,
    obligations: obligations && whole.obligations,
  });
}
