import { Injectable } from '@nestjs/common';
import { CasePartyRemoved } from '../../contracts/case-registry/case-party-removed.v1.js';
import { CaseParty as PartyRoleInput } from '../../contracts/case-registry/register-case.js';
import type { Answer } from '../../platform/messaging/answer.js';
import { Work } from '../../platform/messaging/work.js';
import { loadReadable } from './case-access.js';
import { CaseParty, requireSubject } from './case-party.js';
import { refuseCase } from './case-registry.errors.js';

@Injectable()
export class RemoveParty {
  constructor(private readonly work: Work) {}

  run(caseId: string, { partyId, role }: PartyRoleInput): Promise<Answer> {
    return this.work.run(async (tx) => {
      const header = await loadReadable(tx, caseId);
      tx.requireExpected(header);
      const parties = await tx.findBy(CaseParty, { caseId });
      const removed = parties.find((party) => party.partyId === partyId && party.role === role);
      if (!removed) throw refuseCase.PARTY_NOT_IN_ROLE();
      requireSubject(parties.filter((party) => party !== removed));
      tx.remove(removed);
      tx.publish(header, CasePartyRemoved, { caseId, partyId, role });
      tx.audit({
        eventType: 'CasePartyRemovedAudit',
        action: 'REMOVE_CASE_PARTY',
        subject: { caseId, partyId },
        subjectVersion: header.version,
        dataUsed: [`${caseId}@${header.version - 1}`],
      });
      return { body: { caseId, partyId, role }, of: header };
    });
  }
}
