import { BoundedContext } from '../../platform/kernel/bounded-context.js';
import { AnswerPartySnapshot } from './answer-party-snapshot.js';
import { ChangeContactPreference } from './change-contact-preference.js';
import { ChangeProfile } from './change-profile.js';
import { FindParties } from './find-parties.js';
import { MergeParty } from './merge-party.js';
import { PartyController } from './party.controller.js';
import { Party, PartyVersion } from './party.js';
import { RegisterPartyHandler } from './register-party.js';
import { UnmergeParty } from './unmerge-party.js';

@BoundedContext({
  name: 'party',
  entities: [Party, PartyVersion],
  controllers: [PartyController],
  providers: [
    RegisterPartyHandler,
    ChangeProfile,
    ChangeContactPreference,
    MergeParty,
    UnmergeParty,
    FindParties,
    AnswerPartySnapshot,
  ],
})
export class PartyModule {}
