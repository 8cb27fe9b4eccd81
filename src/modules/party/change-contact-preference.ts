import { Injectable } from '@nestjs/common';
import { PartyContactPreferenceChanged } from '../../contracts/party/party-contact-preference-changed.v1.js';
import type { ContactPreference } from '../../contracts/party/register-party.js';
import type { Answer } from '../../platform/messaging/answer.js';
import { Work } from '../../platform/messaging/work.js';
import { requireReadable } from './party-access.js';
import { Party, PartyVersion } from './party.js';

@Injectable()
export class ChangeContactPreference {
  constructor(private readonly work: Work) {}

  run(partyId: string, preference: ContactPreference): Promise<Answer> {
    return this.work.run(async (tx) => {
      const party = await tx.load(Party, partyId);
      requireReadable(party);
      tx.requireExpected(party);
      party.changeContactPreference({ ...preference });
      const { contactPreferenceVersion } = party;
      const { channel } = preference;
      tx.publish(party, PartyContactPreferenceChanged, { partyId, contactPreferenceVersion, channel });
      tx.add(PartyVersion.of(party, tx.occurredAt));
      tx.audit({
        eventType: 'PartyContactPreferenceChangedAudit',
        action: 'CHANGE_CONTACT_PREFERENCE',
        subject: { partyId },
        subjectVersion: party.version,
        dataUsed: [`${partyId}@${party.version - 1}`],
      });
      return { body: { partyId, contactPreferenceVersion }, of: party };
    });
  }
}
