import { Injectable } from '@nestjs/common';
import { DecisionFinalized } from '../../contracts/decision/decision-finalized.v1.js';
import type { Envelope } from '../../platform/messaging/envelope.js';
import { Reaction, type ReactionHandler } from '../../platform/messaging/handlers.js';
import type { UnitOfWork } from '../../platform/messaging/unit-of-work.js';
import { complete } from './complete.js';
import { Investigation } from './investigation.js';

/** The decision that rests on it is made: the investigation is complete. */
@Injectable()
@Reaction({ name: 'on-decision-finalized', consumes: [DecisionFinalized] })
export class OnDecisionFinalized implements ReactionHandler {
  async handle(event: Envelope, tx: UnitOfWork): Promise<undefined> {
    const { investigationId } = (event as Envelope<DecisionFinalized>).payload;
    const investigation = await tx.find(Investigation, investigationId);
    if (investigation?.status === 'SUBMITTED') complete(tx, investigation);
    return undefined;
  }
}
