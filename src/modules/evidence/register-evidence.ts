import { Injectable } from '@nestjs/common';
import { IsIn, IsString, Length, Matches } from 'class-validator';
import { requireOpenCase } from '../../casework/closed-cases.js';
import { EvidenceRegistered } from '../../contracts/evidence/evidence-registered.v1.js';
import { CLASSIFICATIONS, idOf, type Classification } from '../../contracts/shared/values.js';
import { currentCall } from '../../platform/base/context.js';
import type { Answer } from '../../platform/messaging/answer.js';
import { Work } from '../../platform/messaging/work.js';
import { noteCustody } from './custody-event.js';
import { EvidenceAccess } from './evidence-access.js';
import { EvidenceItem } from './evidence-item.js';
import { refuseEvidence } from './evidence.errors.js';
import { instantOf, IsInstant } from './instant.js';

const MEDIA_TYPE = /^[\w!#$&^.+-]{1,127}\/[\w!#$&^.+-]{1,127}([ \t]*;[ \t]*[\w-]{1,50}="?[\w.+-]{1,100}"?){0,5}$/;

export class EvidenceRegistration {
  @Matches(idOf('case'))
  caseId!: string;

  @IsString()
  @Length(1, 300)
  @Matches(/\S/, { message: 'title must not be blank' })
  title!: string;

  /** What the contents will be, e.g. `application/pdf`. */
  @Matches(MEDIA_TYPE, { message: 'mediaType must be a media type such as application/pdf' })
  mediaType!: string;

  @IsIn(CLASSIFICATIONS)
  classification!: Classification;

  @IsInstant()
  collectedAt!: string;

  @IsString()
  @Length(1, 200)
  @Matches(/\S/, { message: 'collectedBy must not be blank' })
  collectedBy!: string;
}

/** An officer may hand in what is above their own clearance; reading it is another matter. */
@Injectable()
export class RegisterEvidence {
  constructor(
    private readonly work: Work,
    private readonly access: EvidenceAccess,
  ) {}

  async run(input: EvidenceRegistration): Promise<Answer> {
    const found = await this.access.visibleCase(input.caseId);
    if (!found) throw refuseEvidence.UNKNOWN_CASE();
    requireOpenCase(found);
    return this.work.run((tx) => {
      const { actorId } = currentCall().actor;
      const registration = { ...input, collectedAt: instantOf('collectedAt', input.collectedAt) };
      const item = EvidenceItem.register(registration, { by: actorId, at: tx.occurredAt });
      const { evidenceId, caseId, status, classification, mediaType, evidenceVersion } = item;
      tx.add(item);
      tx.publish(item, EvidenceRegistered, { caseId, evidenceId, classification, mediaType });
      noteCustody(tx, evidenceId, 'COLLECTED', {
        collectedAt: item.collectedAt.toISOString(),
        classification,
      });
      tx.audit({
        eventType: 'EvidenceRegisteredAudit',
        action: 'REGISTER_EVIDENCE',
        subject: { caseId, evidenceId },
        subjectVersion: item.version,
        afterState: status,
        dataUsed: [`${caseId}@${found.version}`],
      });
      return {
        status: 201,
        location: `/evidence/${evidenceId}`,
        body: { evidenceId, caseId, status, classification, evidenceVersion },
        of: item,
      };
    });
  }
}
