import { Injectable } from '@nestjs/common';
import { IsString, Length } from 'class-validator';
import { PartyUnmerged } from '../../contracts/party/party-unmerged.v1.js';
import type { Answer } from '../../platform/messaging/answer.js';
import { Work } from '../../platform/messaging/work.js';
import { requireReadable } from './party-access.js';
import { Party, PartyVersion } from './party.js';

export class PartyUnmerge {
  @IsString()
  @Length(1, 1000)
  reason!: string;
}

/** Takes a merge back. */
@Injectable()
export class UnmergeParty {
  constructor(private readonly work: Work) {}

  run(partyId: string, { reason }: PartyUnmerge): Promise<Answer> {
    return this.work.run(async (tx) => {
      const party = await tx.load(Party, partyId);
      requireReadable(party);
      tx.requireExpected(party);
      const mergedInto = party.unmerge();
      tx.publish(party, PartyUnmerged, { partyId, mergedInto, displayName: party.legalName });
      tx.add(PartyVersion.of(party, tx.occurredAt, reason));
      tx.audit({
        eventType: 'PartyUnmergedAudit',
        action: 'UNMERGE_PARTY',
        subject: { partyId },
        subjectVersion: party.version,
        beforeState: 'MERGED',
        afterState: 'REGISTERED',
        dataUsed: [`${partyId}@${party.version - 1}`],
      });
      return { body: { partyId }, of: party };
    });
  }
}
