import { Injectable } from '@nestjs/common';
import { currentCall } from '../../platform/base/context.js';
import type { Answer } from '../../platform/messaging/answer.js';
import { DeliveryControl } from '../../platform/kernel/delivery-control.js';
import { refuse } from '../../platform/base/refusal.js';
import type { Reason } from './change-delivery.js';
import { refuseOperations } from './operations.errors.js';

/** `<consumer>:<event>`. */
export const DEAD_LETTER_ID = /^[a-z0-9-]+\.[a-z0-9-]+:evt_[0-9A-HJKMNP-TV-Z]{26}$/;

/** Tries a dead letter again, or gives it up, with a reason. */
@Injectable()
export class ResolveDeadLetter {
  constructor(private readonly control: DeliveryControl) {}

  /** @throws NOT_FOUND when the consumer is unknown, DEAD_LETTER_GONE when it is no dead letter any more */
  async run(deadLetterId: string, how: 'RETRY' | 'DISCARD', { reason }: Reason): Promise<Answer> {
    const [consumer = '', eventId = ''] = deadLetterId.split(':');
    if (!this.control.knows(consumer)) throw refuse.NOT_FOUND();
    const { actorId } = currentCall().actor;
    const gone = refuseOperations.DEAD_LETTER_GONE('Somebody retried or discarded it meanwhile.');
    return this.control.resolve(consumer, eventId, how, reason, actorId, gone);
  }
}
