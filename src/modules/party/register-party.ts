import { Injectable } from '@nestjs/common';
import { PartyRegistered } from '../../contracts/party/party-registered.v1.js';
import { RegisterParty } from '../../contracts/party/register-party.js';
import type { Answer } from '../../platform/messaging/answer.js';
import { CarriesOut, type CommandHandler } from '../../platform/messaging/handlers.js';
import { Work } from '../../platform/messaging/work.js';
import { Party, PartyVersion } from './party.js';
import { partyPolicies } from './party.policies.js';

/** Registers a party, for an officer or for Intake in an officer's name. */
@Injectable()
@CarriesOut(RegisterParty, partyPolicies.register)
export class RegisterPartyHandler implements CommandHandler<RegisterParty> {
  constructor(private readonly work: Work) {}

  carryOut(input: RegisterParty): Promise<Answer> {
    return this.work.run((tx) => {
      const party = Party.register(input, tx.occurredAt);
      const { partyId, kind, legalName, classification } = party;
      tx.add(party);
      tx.publish(party, PartyRegistered, { partyId, kind, displayName: legalName, classification });
      tx.add(PartyVersion.of(party, tx.occurredAt));
      tx.audit({
        eventType: 'PartyRegisteredAudit',
        action: 'REGISTER_PARTY',
        subject: { partyId },
        subjectVersion: party.version,
        afterState: 'REGISTERED',
      });
      return {
        status: 201,
        location: `/parties/${partyId}`,
        body: { partyId },
        of: party,
      };
    });
  }
}
