import { Injectable } from '@nestjs/common';
import { requireOpenCase } from '../../casework/closed-cases.js';
import type { CaseReference } from '../../contracts/case-registry/get-case-reference.js';
import { AllegationRecorded } from '../../contracts/investigation/allegation-recorded.v1.js';
import { RecordAllegation, type AllegationText } from '../../contracts/investigation/record-allegation.js';
import { currentCall } from '../../platform/base/context.js';
import { ModuleDatabase } from '../../platform/database/module-database.js';
import type { Answer } from '../../platform/messaging/answer.js';
import { CarriesOut, type CommandHandler } from '../../platform/messaging/handlers.js';
import { Work } from '../../platform/messaging/work.js';
import { ReadModels } from '../../platform/projections/read-models.js';
import { refuse } from '../../platform/base/refusal.js';
import { Allegation } from './allegation.js';
import { Cases } from './cases.js';
import { countChange } from './contents.js';
import { FindInvestigations } from './find-investigations.js';
import { investigationPolicies } from './investigation.policies.js';
import { Investigation } from './investigation.js';

/** How long a sent command waits for the investigation of a case that was registered just now. */
const OPENING_MS = 2_000;

/** Records what is alleged, for an investigator or for Intake in an officer's name. */
@Injectable()
@CarriesOut(RecordAllegation, investigationPolicies.importAllegation)
export class RecordAllegationHandler implements CommandHandler<RecordAllegation> {
  constructor(
    private readonly work: Work,
    private readonly database: ModuleDatabase,
    private readonly readModels: ReadModels,
    private readonly investigations: FindInvestigations,
    private readonly cases: Cases,
  ) {}

  async run(investigationId: string, input: AllegationText): Promise<Answer> {
    const { found, of } = await this.investigations.one('investigation', investigationId);
    this.requireAllowed(of, input);
    return this.record(found, input);
  }

  /** Of the case's newest investigation. @throws OWNER_UNAVAILABLE while there is none yet */
  async carryOut(input: RecordAllegation): Promise<Answer> {
    const { caseId } = input;
    this.requireAllowed(await this.cases.readable(caseId), input);
    const newest = await this.readModels.until(async () => {
      const all = await this.database.find(Investigation, { caseId });
      return all.sort((one, other) => other.epoch - one.epoch)[0];
    }, OPENING_MS);
    if (!newest)
      throw refuse.OWNER_UNAVAILABLE('The investigation of the case is not open yet; try again.', {
        retryAfterSeconds: 1,
      });
    return this.record(newest, input);
  }

  /** @throws CASE_CLOSED; PARTY_NOT_IN_CASE */
  private requireAllowed(of: CaseReference, { againstPartyId }: AllegationText): void {
    requireOpenCase(of);
    this.cases.requireParty(of, againstPartyId);
  }

  private record(investigation: Investigation, input: AllegationText): Promise<Answer> {
    return this.work.run((tx) => {
      const allegation = Allegation.record(investigation, input, {
        by: currentCall().actor.actorId,
        at: tx.occurredAt,
      });
      const { caseId, investigationId, allegationId } = allegation;
      countChange(tx, investigationId);
      tx.add(allegation);
      tx.publish(allegation, AllegationRecorded, allegation.published);
      tx.audit({
        eventType: 'AllegationRecordedAudit',
        action: 'RECORD_ALLEGATION',
        subject: { caseId, investigationId, allegationId },
        subjectVersion: allegation.version,
        dataUsed: [`${investigationId}@${investigation.version}`],
      });
      return {
        status: 201,
        location: `/allegations/${allegationId}`,
        body: { allegationId, investigationId, caseId },
        of: allegation,
      };
    });
  }
}
