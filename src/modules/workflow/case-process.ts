import { Injectable } from '@nestjs/common';
import { CaseRegistered } from '../../contracts/case-registry/case-registered.v1.js';
import { DecisionCorrected } from '../../contracts/decision/decision-corrected.v1.js';
import { DecisionFinalized } from '../../contracts/decision/decision-finalized.v1.js';
import { DecisionPackageRejected } from '../../contracts/decision/decision-package-rejected.v1.js';
import { DecisionPackageSubmitted } from '../../contracts/decision/decision-package-submitted.v1.js';
import { DecisionReviewRequired } from '../../contracts/decision/decision-review-required.v1.js';
import { FindingsSubmitted } from '../../contracts/investigation/findings-submitted.v1.js';
import { InvestigationCompleted } from '../../contracts/investigation/investigation-completed.v1.js';
import { InvestigationOpened } from '../../contracts/investigation/investigation-opened.v1.js';
import { InvestigationOpenRequested } from '../../contracts/workflow/investigation-open-requested.v1.js';
import { ProcessAdvanced } from '../../contracts/workflow/process-advanced.v1.js';
import type { Envelope } from '../../platform/messaging/envelope.js';
import { Reaction, type ReactionHandler } from '../../platform/messaging/handlers.js';
import type { UnitOfWork } from '../../platform/messaging/unit-of-work.js';
import { ProcessInstance } from './process-instance.js';

/**
 * Starts the process of a case with the first fact about it, which is the registration unless another is heard of
 * sooner, and lets it see what the owners of its facts publish.
 */
@Injectable()
@Reaction({
  name: 'case-process',
  consumes: [
    CaseRegistered,
    InvestigationOpened,
    FindingsSubmitted,
    InvestigationCompleted,
    DecisionPackageSubmitted,
    DecisionPackageRejected,
    DecisionReviewRequired,
    DecisionFinalized,
    DecisionCorrected,
  ],
})
export class CaseProcess implements ReactionHandler {
  async handle(event: Envelope, tx: UnitOfWork): Promise<undefined> {
    const { caseId } = (event as Envelope<{ caseId: string }>).payload;
    const [running] = await tx.findBy(ProcessInstance, { caseId });
    const instance = running ?? ProcessInstance.start(caseId, tx.occurredAt);
    const fromState = running?.currentState ?? null;
    if (!instance.observe(event)) return undefined;
    const { processInstanceId, epoch, currentState } = instance;
    if (running) tx.change(instance);
    else tx.add(instance);
    if (fromState !== currentState)
      tx.publish(instance, ProcessAdvanced, { caseId, processInstanceId, fromState, toState: currentState });
    if (event.eventType === CaseRegistered.type) tx.publish(instance, InvestigationOpenRequested, { caseId, epoch });
    tx.audit({
      eventType: running ? 'ProcessObservedAudit' : 'ProcessStartedAudit',
      action: running ? 'OBSERVE_FACT' : 'START_PROCESS',
      subject: { caseId, processInstanceId },
      subjectVersion: instance.version,
      ...(fromState && { beforeState: fromState }),
      afterState: currentState,
      dataUsed: [`${event.aggregateId}@${event.aggregateVersion}`],
    });
    return undefined;
  }
}
