import { BoundedContext } from '../../platform/kernel/bounded-context.js';
import { AnswerPartySnapshot } from './answer-party-snapshot.js';
import { PartyController } from './party.controller.js';
import { Party, PartyVersion } from './party.js';
import { RegisterPartyHandler } from './register-party.js';

@BoundedContext({
  name: 'party',
  entities: [Party, PartyVersion],
  controllers: [PartyController],
  providers: [RegisterPartyHandler, AnswerPartySnapshot],
})
export class PartyModule {}
