import { Injectable } from '@nestjs/common';
import { GetSubmittedFindings, type SubmittedFindings } from '../../contracts/investigation/get-submitted-findings.js';
import { ModuleDatabase } from '../../platform/database/module-database.js';
import { Answers, type QuestionHandler } from '../../platform/messaging/handlers.js';
import { Investigation } from './investigation.js';
import { SubmittedFindingRow } from './submitted-finding.js';

@Injectable()
@Answers(GetSubmittedFindings)
export class AnswerSubmittedFindings implements QuestionHandler<GetSubmittedFindings, SubmittedFindings | null> {
  constructor(private readonly database: ModuleDatabase) {}

  async answer({ investigationId }: GetSubmittedFindings): Promise<SubmittedFindings | null> {
    const [investigation] = await this.database.find(Investigation, { investigationId });
    if (!investigation?.recommendation || !investigation.submittedAt) return null;
    // Only now: looked for beside the investigation, they might be missed by the moment in which they were submitted.
    const rows = await this.database.find(SubmittedFindingRow, { investigationId });
    const { caseId, version, recommendation, submittedAt } = investigation;
    const findings = rows
      .sort((one, other) => (one.findingId < other.findingId ? -1 : 1))
      .map((row) => ({
        findingId: row.findingId,
        findingVersion: row.findingVersion,
        allegationId: row.allegationId,
        legalBasisCode: row.legalBasisCodeAtSubmission,
        againstPartyId: row.againstPartyIdAtSubmission,
        conclusion: row.conclusionAtSubmission,
        statement: row.statementAtSubmission,
        evidenceRefs: row.evidenceRefsAtSubmission,
      }));
    return {
      investigationId,
      investigationVersion: version,
      caseId,
      recommendation,
      submittedAt: submittedAt.toISOString(),
      findings,
    };
  }
}
