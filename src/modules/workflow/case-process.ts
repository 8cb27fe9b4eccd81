import { Injectable } from '@nestjs/common';
import { CaseRegistered } from '../../contracts/case-registry/case-registered.v1.js';
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

/** Starts a process with each case, and lets it see what the owners of its facts publish. */
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
  ],
})
export class CaseProcess implements ReactionHandler {
  async handle(event: Envelope, tx: UnitOfWork): Promise<undefined> {
    const { caseId } = (event as Envelope<{ caseId: string }>).payload;
    const [running] = await tx.findBy(ProcessInstance, { caseId });
    if (event.eventType === CaseRegistered.type) {
      if (!running) this.start(caseId, tx);
    } else {
      // Every other fact follows from the investigation that the process itself asked for.
      if (!running) throw new Error('The case has no process yet.');
      this.observe(running, event, tx);
    }
    return undefined;
  }

  private start(caseId: string, tx: UnitOfWork): void {
    const instance = ProcessInstance.start(caseId, tx.occurredAt);
    const { processInstanceId, epoch, currentState } = instance;
    tx.add(instance);
    tx.publish(instance, ProcessAdvanced, { caseId, processInstanceId, fromState: null, toState: currentState });
    tx.publish(instance, InvestigationOpenRequested, { caseId, epoch });
    tx.audit({
      eventType: 'ProcessStartedAudit',
      action: 'START_PROCESS',
      subject: { caseId, processInstanceId },
      subjectVersion: instance.version,
      afterState: currentState,
    });
  }

  private observe(instance: ProcessInstance, event: Envelope, tx: UnitOfWork): void {
    const { caseId, processInstanceId } = instance;
    const fromState = instance.observe(event);
    const { currentState } = instance;
    if (fromState)
      tx.publish(instance, ProcessAdvanced, { caseId, processInstanceId, fromState, toState: currentState });
    else tx.change(instance);
    tx.audit({
      eventType: 'ProcessObservedAudit',
      action: 'OBSERVE_FACT',
      subject: { caseId, processInstanceId },
      subjectVersion: instance.version,
      beforeState: fromState ?? currentState,
      afterState: currentState,
      dataUsed: [`${event.aggregateId}@${event.aggregateVersion}`],
    });
  }
}
