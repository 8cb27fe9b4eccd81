import { Injectable } from '@nestjs/common';
import { CaseHeaderAmended } from '../../contracts/case-registry/case-header-amended.v1.js';
import { Clock } from '../../platform/base/clock.js';
import type { Answer } from '../../platform/messaging/answer.js';
import { Work } from '../../platform/messaging/work.js';
import { invalid } from '../../platform/base/refusal.js';
import { loadReadable } from './case-access.js';
import type { HeaderAmendment } from './case-header.js';

@Injectable()
export class AmendHeader {
  constructor(
    private readonly work: Work,
    private readonly clock: Clock,
  ) {}

  run(caseId: string, amendment: HeaderAmendment): Promise<Answer> {
    if (Object.values(amendment).every((value) => value === undefined))
      throw invalid({ name: 'body', code: 'IS_NOT_EMPTY', reason: 'Name at least one field to amend.' });
    return this.work.run(async (tx) => {
      const header = await loadReadable(tx, caseId);
      tx.requireExpected(header);
      header.amend(amendment, this.clock.dayOf(tx.occurredAt));
      tx.publish(header, CaseHeaderAmended, header.amended());
      tx.audit({
        eventType: 'CaseHeaderAmendedAudit',
        action: 'AMEND_CASE_HEADER',
        subject: { caseId },
        subjectVersion: header.version,
        dataUsed: [`${caseId}@${header.version - 1}`],
      });
      return { body: { caseId }, of: header };
    });
  }
}
