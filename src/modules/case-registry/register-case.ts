import { Injectable } from '@nestjs/common';
import { CaseRegistered } from '../../contracts/case-registry/case-registered.v1.js';
import { RegisterCase } from '../../contracts/case-registry/register-case.js';
import { Clock } from '../../platform/base/clock.js';
import { currentCall } from '../../platform/base/context.js';
import type { Answer } from '../../platform/messaging/answer.js';
import { CarriesOut, type CommandHandler } from '../../platform/messaging/handlers.js';
import type { UnitOfWork } from '../../platform/messaging/unit-of-work.js';
import { Work } from '../../platform/messaging/work.js';
import { CaseHeader } from './case-header.js';
import { CaseLifecycle } from './case-lifecycle.js';
import { CaseParty, requireDistinct, requireSubject } from './case-party.js';
import { casePolicies } from './case-registry.policies.js';
import { CaseTypes } from './case-types.js';
import { NameParties } from './name-parties.js';

/** Gives a case its number and registers it, for an officer or for Intake in an officer's name. */
@Injectable()
@CarriesOut(RegisterCase, casePolicies.register)
export class RegisterCaseHandler implements CommandHandler<RegisterCase> {
  constructor(
    private readonly work: Work,
    private readonly types: CaseTypes,
    private readonly nameParties: NameParties,
    private readonly clock: Clock,
  ) {}

  async carryOut(input: RegisterCase): Promise<Answer> {
    requireSubject(input.parties);
    requireDistinct(input.parties);
    const typeName = await this.types.nameOf(input.caseTypeCode);
    const names = await this.nameParties.now(input.parties.map(({ partyId }) => partyId));
    const { actor } = currentCall();

    return this.work.run((tx) => {
      const at = tx.occurredAt;
      const today = this.clock.dayOf(at);
      const caseNumber = allocateNumber(tx, input.caseTypeCode, Number(today.slice(0, 4)));
      const header = CaseHeader.register(input, {
        caseNumber,
        typeName,
        team: actor.team ?? null,
        by: actor.actorId,
        at,
        today,
      });
      const { caseId, caseTypeCode, title, classification, restrictedToTeam, team, location, receivedOn, occurredOn } =
        header;
      const parties = input.parties.map(({ partyId, role }) => {
        const { name = '', version = 0 } = names.get(partyId) ?? {};
        const snapshot = { partyNameAtRegistration: name, partyVersionAtRegistration: version };
        return Object.assign(new CaseParty(), { caseId, partyId, role, ...snapshot, registeredAt: at });
      });
      tx.add(header, ...parties, CaseLifecycle.begin(caseId));
      tx.publish(header, CaseRegistered, {
        caseId,
        caseNumber,
        caseTypeCode,
        title,
        classification,
        restrictedToTeam,
        team,
        location,
        receivedOn,
        occurredOn,
        status: 'REGISTERED',
        parties: parties.map(({ partyId, role, partyVersionAtRegistration }) => ({
          partyId,
          role,
          partyVersionAtRegistration,
        })),
      });
      tx.audit({
        eventType: 'CaseRegisteredAudit',
        action: 'REGISTER_CASE',
        subject: { caseId },
        subjectVersion: header.version,
        afterState: 'REGISTERED',
        dataUsed: [...names].map(([partyId, { version }]) => `${partyId}@${version}`),
      });
      return {
        status: 201,
        location: `/cases/${caseId}`,
        body: { caseId, caseNumber, status: 'REGISTERED' },
        of: header,
      };
    });
  }
}

/** The next number of this type and year. Allocated in the commit itself: the counter is locked no longer than that. */
function allocateNumber(tx: UnitOfWork, caseTypeCode: string, year: number): string {
  return tx.allocate(
    `INSERT INTO case_number_counter AS counter (case_type_code, year, last_number) VALUES ($1, $2, 1)
     ON CONFLICT (case_type_code, year) DO UPDATE SET last_number = counter.last_number + 1
     RETURNING case_type_code || '-' || year || '-' || lpad(last_number::text, 6, '0') AS value`,
    [caseTypeCode, year],
  );
}
