import { Injectable } from '@nestjs/common';
import { IsString, Length, Matches, ValidateIf } from 'class-validator';
import { requireOpenCase } from '../../casework/closed-cases.js';
import { AllegationAmended } from '../../contracts/investigation/allegation-amended.v1.js';
import { idOf } from '../../contracts/shared/values.js';
import { given } from '../../platform/base/given.js';
import type { Answer } from '../../platform/messaging/answer.js';
import { Work } from '../../platform/messaging/work.js';
import { invalid } from '../../platform/base/refusal.js';
import { Allegation } from './allegation.js';
import { Cases } from './cases.js';
import { countChange } from './contents.js';
import { FindInvestigations } from './find-investigations.js';

/** What changes in an allegation; what is left out stays. */
export class AllegationAmendment {
  @ValidateIf(({ statement }: AllegationAmendment) => statement !== undefined)
  @IsString()
  @Length(1, 20_000)
  @Matches(/\S/, { message: 'statement must not be blank' })
  statement?: string;

  @ValidateIf(({ legalBasisCode }: AllegationAmendment) => legalBasisCode !== undefined)
  @IsString()
  @Length(1, 100)
  @Matches(/\S/, { message: 'legalBasisCode must not be blank' })
  legalBasisCode?: string;

  @ValidateIf(({ againstPartyId }: AllegationAmendment) => againstPartyId !== undefined)
  @Matches(idOf('pty'))
  againstPartyId?: string;
}

@Injectable()
export class AmendAllegation {
  constructor(
    private readonly work: Work,
    private readonly investigations: FindInvestigations,
    private readonly cases: Cases,
  ) {}

  async run(allegationId: string, amendment: AllegationAmendment): Promise<Answer> {
    if (Object.keys(given(amendment)).length === 0)
      throw invalid({ name: 'body', code: 'IS_NOT_EMPTY', reason: 'Name at least one field to amend.' });
    const { of } = await this.investigations.one('allegation', allegationId);
    requireOpenCase(of);
    if (amendment.againstPartyId !== undefined) this.cases.requireParty(of, amendment.againstPartyId);
    return this.work.run(async (tx) => {
      const allegation = await tx.loadExpected(Allegation, allegationId);
      const { caseId, investigationId } = allegation;
      allegation.amend(amendment);
      countChange(tx, investigationId);
      tx.publish(allegation, AllegationAmended, allegation.published);
      tx.audit({
        eventType: 'AllegationAmendedAudit',
        action: 'AMEND_ALLEGATION',
        subject: { caseId, investigationId, allegationId },
        subjectVersion: allegation.version,
        dataUsed: [`${allegationId}@${allegation.version - 1}`],
      });
      return { body: { allegationId, investigationId, caseId }, of: allegation };
    });
  }
}
