import { Injectable } from '@nestjs/common';
import { GetCaseReference, type CaseReference } from '../../contracts/case-registry/get-case-reference.js';
import { ModuleDatabase } from '../../platform/database/module-database.js';
import { Answers, type QuestionHandler } from '../../platform/messaging/handlers.js';
import { CaseHeader } from './case-header.js';
import { CaseLifecycle } from './case-lifecycle.js';
import { CaseParty } from './case-party.js';

@Injectable()
@Answers(GetCaseReference)
export class AnswerCaseReference implements QuestionHandler<GetCaseReference, CaseReference | null> {
  constructor(private readonly database: ModuleDatabase) {}

  async answer({ caseId }: GetCaseReference): Promise<CaseReference | null> {
    const [[header], [lifecycle], inRole] = await Promise.all([
      this.database.find(CaseHeader, { caseId }),
      this.database.find(CaseLifecycle, { caseId }),
      this.database.find(CaseParty, { caseId }),
    ]);
    if (!header || !lifecycle) return null;
    const { caseNumber, classification, restrictedToTeam, team, version } = header;
    const parties = inRole.map(({ partyId, role }) => ({ partyId, role }));
    return { caseId, caseNumber, status: lifecycle.status, classification, restrictedToTeam, team, version, parties };
  }
}
