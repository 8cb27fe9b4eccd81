import { Injectable } from '@nestjs/common';
import { GetDecisionPackage, type DecisionPackageReference } from '../../../contracts/decision/get-decision-package.js';
import { ModuleDatabase } from '../../../platform/database/module-database.js';
import { Answers, type QuestionHandler } from '../../../platform/messaging/handlers.js';
import { DecisionPackage } from './decision-package.js';

@Injectable()
@Answers(GetDecisionPackage)
export class AnswerDecisionPackage implements QuestionHandler<GetDecisionPackage, DecisionPackageReference | null> {
  constructor(private readonly database: ModuleDatabase) {}

  async answer({ decisionPackageId }: GetDecisionPackage): Promise<DecisionPackageReference | null> {
    const [found] = await this.database.find(DecisionPackage, { decisionPackageId });
    if (!found) return null;
    const { caseId, investigationId, status, version, decisionId } = found;
    return { decisionPackageId, caseId, investigationId, status, version, decisionId };
  }
}
