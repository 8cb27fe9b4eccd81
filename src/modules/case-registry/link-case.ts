import { Injectable } from '@nestjs/common';
import { IsIn, Matches } from 'class-validator';
import { callerMayRead } from '../../casework/visibility.js';
import { CaseLinked, LINK_RELATIONS, type LinkRelation } from '../../contracts/case-registry/case-linked.v1.js';
import { idOf } from '../../contracts/shared/values.js';
import { currentCall } from '../../platform/base/context.js';
import { newId } from '../../platform/base/ids.js';
import type { Answer } from '../../platform/messaging/answer.js';
import { Work } from '../../platform/messaging/work.js';
import { loadReadable } from './case-access.js';
import { CaseHeader } from './case-header.js';
import { CaseLink } from './case-parts.js';
import { refuseCase } from './case-registry.errors.js';

export class CaseLinkage {
  @Matches(idOf('case'))
  linkedCaseId!: string;

  @IsIn(LINK_RELATIONS)
  relation!: LinkRelation;
}

/** A link is a thing of its own: it needs no version of the case, and changes none. */
@Injectable()
export class LinkCase {
  constructor(private readonly work: Work) {}

  run(caseId: string, { linkedCaseId, relation }: CaseLinkage): Promise<Answer> {
    return this.work.run(async (tx) => {
      const header = await loadReadable(tx, caseId);
      if (caseId === linkedCaseId) throw refuseCase.CASE_LINKED_TO_ITSELF();
      const other = await tx.find(CaseHeader, linkedCaseId);
      if (!other || !callerMayRead(other)) throw refuseCase.UNKNOWN_CASE();
      const there = await tx.findBy(CaseLink, { caseId, linkedCaseId, relation });
      if (there.length > 0) throw refuseCase.CASE_ALREADY_LINKED();
      const link = Object.assign(new CaseLink(), {
        linkId: newId('lnk'),
        version: 0,
        caseId,
        linkedCaseId,
        relation,
        linkedAt: tx.occurredAt,
        linkedBy: currentCall().actor.actorId,
      });
      const { linkId } = link;
      tx.add(link);
      tx.publish(link, CaseLinked, { linkId, caseId, linkedCaseId, relation });
      tx.audit({
        eventType: 'CaseLinkedAudit',
        action: 'LINK_CASE',
        subject: { caseId, linkId },
        subjectVersion: link.version,
        dataUsed: [`${caseId}@${header.version}`, `${linkedCaseId}@${other.version}`],
      });
      return {
        status: 201,
        location: `/cases/${caseId}`,
        body: { linkId, caseId, linkedCaseId, relation },
        of: link,
      };
    });
  }
}
