import { Injectable } from '@nestjs/common';
import { CaseLifecycleChanged } from '../../contracts/case-registry/case-lifecycle-changed.v1.js';
import { DecisionFinalized } from '../../contracts/decision/decision-finalized.v1.js';
import { FindingsSubmitted } from '../../contracts/investigation/findings-submitted.v1.js';
import { InvestigationCompleted } from '../../contracts/investigation/investigation-completed.v1.js';
import { InvestigationOpened } from '../../contracts/investigation/investigation-opened.v1.js';
import type { Envelope } from '../../platform/messaging/envelope.js';
import { Reaction, type ReactionHandler } from '../../platform/messaging/handlers.js';
import type { UnitOfWork } from '../../platform/messaging/unit-of-work.js';
import { CaseLifecycle, type CaseFacts } from './case-lifecycle.js';

function factOf({ eventType, payload }: Envelope): CaseFacts {
  if (eventType === InvestigationOpened.type) return { investigated: true };
  if (eventType === DecisionFinalized.type) return { decided: true };
  return { submitted: (payload as FindingsSubmitted | InvestigationCompleted).recommendation };
}

/** Lets the lifecycle of a case see what the owners of its facts publish. */
@Injectable()
@Reaction({
  name: 'case-lifecycle',
  consumes: [InvestigationOpened, FindingsSubmitted, InvestigationCompleted, DecisionFinalized],
})
export class FollowLifecycle implements ReactionHandler {
  async handle(event: Envelope, tx: UnitOfWork): Promise<undefined> {
    const { caseId } = (event as Envelope<{ caseId: string }>).payload;
    const lifecycle = await tx.load(CaseLifecycle, caseId);
    const { status: fromStatus } = lifecycle;
    if (!lifecycle.observe(factOf(event))) return undefined;
    const { epoch, status } = lifecycle;
    tx.change(lifecycle);
    if (fromStatus !== status)
      tx.publish(lifecycle, CaseLifecycleChanged, { caseId, epoch, fromStatus, toStatus: status });
    tx.audit({
      eventType: 'CaseLifecycleObservedAudit',
      action: 'OBSERVE_CASE_FACT',
      subject: { caseId },
      subjectVersion: lifecycle.version,
      beforeState: fromStatus,
      afterState: status,
      dataUsed: [`${event.aggregateId}@${event.aggregateVersion}`],
    });
    return undefined;
  }
}
