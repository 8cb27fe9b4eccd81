import { Injectable } from '@nestjs/common';
import { GetDecisionOutcome } from '../../../contracts/decision/get-decision-outcome.js';
import type { DecidedOutcome } from '../../../contracts/decision/outcome.js';
import { ModuleDatabase } from '../../../platform/database/module-database.js';
import { Answers, type QuestionHandler } from '../../../platform/messaging/handlers.js';
import { DecisionPackage } from '../package/decision-package.js';
import { decidedOutcome, DecisionVersion } from './decision-version.js';

@Injectable()
@Answers(GetDecisionOutcome)
export class AnswerDecisionOutcome implements QuestionHandler<
  GetDecisionOutcome,
  (DecidedOutcome & { finalizedAt: string }) | null
> {
  constructor(private readonly database: ModuleDatabase) {}

  async answer({ decisionId }: GetDecisionOutcome): Promise<(DecidedOutcome & { finalizedAt: string }) | null> {
    const [found] = await this.database.find(DecisionPackage, { decisionId });
    if (!found?.decisionVersion || !found.finalizedAt) return null;
    const [version] = await this.database.find(DecisionVersion, { decisionId, decisionVersion: found.decisionVersion });
    return version ? { ...decidedOutcome(version), finalizedAt: found.finalizedAt.toISOString() } : null;
  }
}
