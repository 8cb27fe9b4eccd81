import { Injectable } from '@nestjs/common';
import { IsString, Length, Matches } from 'class-validator';
import { PartyMerged } from '../../contracts/party/party-merged.v1.js';
import { idOf } from '../../contracts/shared/values.js';
import type { Answer } from '../../platform/messaging/answer.js';
import { Work } from '../../platform/messaging/work.js';
import { isReadable, requireReadable } from './party-access.js';
import { Party, PartyVersion } from './party.js';
import { refuseParty } from './party.errors.js';

/** The party in the path is merged into this one; its id stays and stands for the survivor. */
export class PartyMerge {
  @Matches(idOf('pty'))
  intoPartyId!: string;

  @IsString()
  @Length(1, 1000)
  reason!: string;
}

@Injectable()
export class MergeParty {
  constructor(private readonly work: Work) {}

  run(partyId: string, { intoPartyId, reason }: PartyMerge): Promise<Answer> {
    return this.work.run(async (tx) => {
      const party = await tx.load(Party, partyId);
      requireReadable(party);
      tx.requireExpected(party);
      const survivor = await tx.find(Party, intoPartyId);
      // Not yours and not there look the same.
      if (!survivor || !isReadable(survivor)) throw refuseParty.UNKNOWN_PARTY('intoPartyId names no party.');
      const aliases = await tx.findBy(Party, { mergedInto: partyId });
      if (aliases.length > 0) throw refuseParty.ALIASES_STAND_FOR_PARTY();
      party.mergeInto(survivor);
      tx.publish(party, PartyMerged, { partyId, mergedInto: intoPartyId, displayName: survivor.legalName });
      tx.add(PartyVersion.of(party, tx.occurredAt, reason));
      // Between the look at the survivor and the commit it must not be merged itself.
      tx.statement(
        'UPDATE party SET merged_into = NULL WHERE party_id = $1 AND merged_into IS NULL RETURNING 1',
        [intoPartyId],
        refuseParty.PARTY_MERGED('The surviving party was itself merged meanwhile.'),
      );
      tx.audit({
        eventType: 'PartyMergedAudit',
        action: 'MERGE_PARTY',
        subject: { partyId },
        subjectVersion: party.version,
        beforeState: 'REGISTERED',
        afterState: 'MERGED',
        dataUsed: [`${partyId}@${party.version - 1}`, `${intoPartyId}@${survivor.version}`],
      });
      return { body: { partyId, mergedInto: intoPartyId }, of: party };
    });
  }
}
