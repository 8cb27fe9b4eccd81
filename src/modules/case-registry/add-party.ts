import { Injectable } from '@nestjs/common';
import { CasePartyAdded } from '../../contracts/case-registry/case-party-added.v1.js';
import type { CaseParty as PartyRoleInput } from '../../contracts/case-registry/register-case.js';
import type { Answer } from '../../platform/messaging/answer.js';
import { Work } from '../../platform/messaging/work.js';
import { loadReadable } from './case-access.js';
import { CaseParty, requireDistinct } from './case-party.js';
import { NameParties } from './name-parties.js';

@Injectable()
export class AddParty {
  constructor(
    private readonly work: Work,
    private readonly nameParties: NameParties,
  ) {}

  async run(caseId: string, { partyId, role }: PartyRoleInput): Promise<Answer> {
    const { name = '', version = 0 } = (await this.nameParties.now([partyId])).get(partyId) ?? {};
    return this.work.run(async (tx) => {
      const header = await loadReadable(tx, caseId);
      tx.requireExpected(header);
      const party = Object.assign(new CaseParty(), {
        caseId,
        partyId,
        role,
        partyNameAtRegistration: name,
        partyVersionAtRegistration: version,
        registeredAt: tx.occurredAt,
      });
      requireDistinct([...(await tx.findBy(CaseParty, { caseId })), party]);
      tx.add(party);
      tx.publish(header, CasePartyAdded, { caseId, partyId, role, partyVersionAtRegistration: version });
      tx.audit({
        eventType: 'CasePartyAddedAudit',
        action: 'ADD_CASE_PARTY',
        subject: { caseId, partyId },
        subjectVersion: header.version,
        dataUsed: [`${caseId}@${header.version - 1}`, `${partyId}@${version}`],
      });
      return { body: { caseId, partyId, role }, of: header };
    });
  }
}
