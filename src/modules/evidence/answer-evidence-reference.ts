import { Injectable } from '@nestjs/common';
import { GetEvidenceReference, type EvidenceReference } from '../../contracts/evidence/get-evidence-reference.js';
import { ModuleDatabase } from '../../platform/database/module-database.js';
import { Answers, type QuestionHandler } from '../../platform/messaging/handlers.js';

@Injectable()
@Answers(GetEvidenceReference)
export class AnswerEvidenceReference implements QuestionHandler<GetEvidenceReference, EvidenceReference[]> {
  constructor(private readonly database: ModuleDatabase) {}

  /** In the order asked. */
  answer({ references }: GetEvidenceReference): Promise<EvidenceReference[]> {
    return this.database.query<EvidenceReference>({
      name: 'evidence_references',
      text: `SELECT i.evidence_id AS "evidenceId", v.evidence_version AS "evidenceVersion", i.case_id AS "caseId",
               i.classification, v.checksum_sha256 AS "checksumSha256"
             FROM unnest($1::text[], $2::integer[]) WITH ORDINALITY AS wanted (id, version, place)
               JOIN evidence_item i ON i.evidence_id = wanted.id
               JOIN evidence_version v ON v.evidence_id = i.evidence_id
                 AND v.evidence_version = coalesce(wanted.version, i.evidence_version)
             ORDER BY wanted.place`,
      values: [
        references.map(({ evidenceId }) => evidenceId),
        references.map(({ evidenceVersion }) => evidenceVersion ?? null),
      ],
    });
  }
}
