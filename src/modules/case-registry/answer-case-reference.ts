import { Injectable } from '@nestjs/common';
import { GetCaseReference, type CaseReference } from '../../contracts/case-registry/get-case-reference.js';
import { GetCaseReferences } from '../../contracts/case-registry/get-case-references.js';
import { Answers, type QuestionHandler } from '../../platform/messaging/handlers.js';
import { CaseReferences } from './case-references.js';

@Injectable()
@Answers(GetCaseReference)
export class AnswerCaseReference implements QuestionHandler<GetCaseReference, CaseReference | null> {
  constructor(private readonly references: CaseReferences) {}

  async answer({ caseId }: GetCaseReference): Promise<CaseReference | null> {
    return (await this.references.of([caseId])).get(caseId) ?? null;
  }
}

@Injectable()
@Answers(GetCaseReferences)
export class AnswerCaseReferences implements QuestionHandler<GetCaseReferences, CaseReference[]> {
  constructor(private readonly references: CaseReferences) {}

  async answer({ caseIds }: GetCaseReferences): Promise<CaseReference[]> {
    return [...(await this.references.of(caseIds)).values()];
  }
}
