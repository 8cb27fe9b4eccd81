import { Injectable } from '@nestjs/common';
import { IsString, Length, Matches } from 'class-validator';
import { currentCall } from '../../platform/base/context.js';
import { newId } from '../../platform/base/ids.js';
import type { Answer } from '../../platform/messaging/answer.js';
import { DeliveryControl } from '../../platform/kernel/delivery-control.js';
import { Work } from '../../platform/messaging/work.js';
import { refuse } from '../../platform/base/refusal.js';
import { DeliveryChange } from './delivery-change.js';

/** Why an operator intervenes. */
export class Reason {
  @IsString()
  @Length(1, 1000)
  @Matches(/\S/, { message: 'reason must not be blank' })
  reason!: string;
}

/** Pauses or resumes delivery to one consumer, or all of it. */
@Injectable()
export class ChangeDelivery {
  constructor(
    private readonly work: Work,
    private readonly control: DeliveryControl,
  ) {}

  /**
   * In force before this resolves: after a pause nothing more is applied.
   * @throws NOT_FOUND when there is no such consumer
   */
  async run(name: string, paused: boolean, { reason }: Reason): Promise<Answer> {
    if (!this.control.knows(name)) throw refuse.NOT_FOUND('There is no such consumer.');
    const { actorId } = currentCall().actor;
    const answer = await this.work.run((tx) => {
      const changeId = newId('rec');
      const change = { changeId, version: 1, name, paused, reason, changedBy: actorId, changedAt: tx.occurredAt };
      tx.add(Object.assign(new DeliveryChange(), change));
      this.control.stage(tx, name, paused, reason, actorId);
      tx.audit({
        eventType: paused ? 'DeliveryPausedAudit' : 'DeliveryResumedAudit',
        action: paused ? 'PAUSE_DELIVERY' : 'RESUME_DELIVERY',
        subject: { consumer: name, changeId },
        afterState: paused ? 'PAUSED' : 'RUNNING',
      });
      return { body: { name, status: paused ? 'PAUSED' : 'RUNNING', reason } };
    });
    await this.control.inForce(name);
    return answer;
  }
}
