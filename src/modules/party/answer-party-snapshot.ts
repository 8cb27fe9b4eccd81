import { Injectable } from '@nestjs/common';
import { GetPartySnapshot, type PartySnapshot } from '../../contracts/party/get-party-snapshot.js';
import { ModuleDatabase } from '../../platform/database/module-database.js';
import { Answers, type QuestionHandler } from '../../platform/messaging/handlers.js';
import { Party } from './party.js';

@Injectable()
@Answers(GetPartySnapshot)
export class AnswerPartySnapshot implements QuestionHandler<GetPartySnapshot, PartySnapshot[]> {
  constructor(private readonly database: ModuleDatabase) {}

  async answer({ partyIds }: GetPartySnapshot): Promise<PartySnapshot[]> {
    const parties = await this.database.find(Party, { partyId: partyIds });
    return parties.map(({ partyId, version, kind, legalName, registrationNumber, classification, mergedInto }) => ({
      partyId,
      partyVersion: version,
      kind,
      legalName,
      ...(registrationNumber !== null && { registrationNumber }),
      classification,
      ...(mergedInto !== null && { mergedInto }),
    }));
  }
}
