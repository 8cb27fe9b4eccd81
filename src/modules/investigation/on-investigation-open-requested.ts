import { Injectable } from '@nestjs/common';
import { InvestigationOpened } from '../../contracts/investigation/investigation-opened.v1.js';
import { InvestigationOpenRequested } from '../../contracts/workflow/investigation-open-requested.v1.js';
import type { Envelope } from '../../platform/messaging/envelope.js';
import { Reaction, type ReactionHandler } from '../../platform/messaging/handlers.js';
import type { UnitOfWork } from '../../platform/messaging/unit-of-work.js';
import { openContents } from './contents.js';
import { Investigation } from './investigation.js';

/** Opens the investigation that Workflow wishes: one per case and epoch, however often it is wished. */
@Injectable()
@Reaction({ name: 'on-investigation-open-requested', consumes: [InvestigationOpenRequested] })
export class OnInvestigationOpenRequested implements ReactionHandler {
  async handle(event: Envelope, tx: UnitOfWork): Promise<undefined> {
    const { caseId, epoch } = (event as Envelope<InvestigationOpenRequested>).payload;
    const there = await tx.findBy(Investigation, { caseId, epoch });
    if (there.length > 0) return undefined;
    const investigation = Investigation.open({ caseId, epoch, at: tx.occurredAt });
    const { investigationId } = investigation;
    tx.add(investigation);
    openContents(tx, investigationId);
    tx.publish(investigation, InvestigationOpened, { caseId, investigationId, epoch });
    tx.audit({
      eventType: 'InvestigationOpenedAudit',
      action: 'OPEN_INVESTIGATION',
      subject: { caseId, investigationId },
      subjectVersion: investigation.version,
      afterState: 'OPEN',
    });
    return undefined;
  }
}
