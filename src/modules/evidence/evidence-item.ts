import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Classification } from '../../contracts/shared/values.js';
import { newId } from '../../platform/base/ids.js';
import { invalid } from '../../platform/base/refusal.js';
import { refuseEvidence } from './evidence.errors.js';

/** REGISTERED: there is no content yet. STORED: there is. */
export type EvidenceStatus = 'REGISTERED' | 'STORED';

export interface Registration {
  caseId: string;
  title: string;
  mediaType: string;
  classification: Classification;
  collectedAt: Date;
  collectedBy: string;
}

/** An item of evidence: what is known of it besides its contents. Its version counts every change of this record. */
@Entity({ name: 'evidence_item' })
export class EvidenceItem {
  @PrimaryColumn({ name: 'evidence_id', type: 'text' })
  evidenceId!: string;

  @Column({ type: 'integer' })
  version!: number;

  @Column({ name: 'case_id', type: 'text' })
  caseId!: string;

  @Column({ type: 'text' })
  status!: EvidenceStatus;

  @Column({ type: 'text' })
  title!: string;

  @Column({ name: 'media_type', type: 'text' })
  mediaType!: string;

  @Column({ type: 'text' })
  classification!: Classification;

  @Column({ name: 'classification_version', type: 'integer' })
  classificationVersion!: number;

  /** Counts contents only; 0 while there is none. */
  @Column({ name: 'evidence_version', type: 'integer' })
  evidenceVersion!: number;

  /** The officer who is responsible for it now. */
  @Column({ name: 'custodian_id', type: 'text' })
  custodianId!: string;

  /** Under legal hold: it must be preserved, whatever rules of retention say. Access and custody may change. */
  @Column({ type: 'boolean' })
  held!: boolean;

  @Column({ name: 'collected_at', type: 'timestamptz' })
  collectedAt!: Date;

  @Column({ name: 'collected_by', type: 'text' })
  collectedBy!: string;

  @Column({ name: 'registered_at', type: 'timestamptz' })
  registeredAt!: Date;

  @Column({ name: 'registered_by', type: 'text' })
  registeredBy!: string;

  /** @throws VALIDATION_FAILED when it was collected later than now */
  static register(input: Registration, { by, at }: { by: string; at: Date }): EvidenceItem {
    const { caseId, title, mediaType, classification, collectedAt, collectedBy } = input;
    if (collectedAt > at)
      throw invalid({ name: 'collectedAt', code: 'NOT_IN_FUTURE', reason: 'It must not lie in the future.' });
    return Object.assign(new EvidenceItem(), {
      evidenceId: newId('ev'),
      version: 0,
      caseId,
      status: 'REGISTERED' as const,
      title: title.trim(),
      mediaType,
      classification,
      classificationVersion: 1,
      evidenceVersion: 0,
      custodianId: by,
      held: false,
      collectedAt,
      collectedBy,
      registeredAt: at,
      registeredBy: by,
    });
  }

  addContent(): void {
    this.evidenceVersion += 1;
    this.status = 'STORED';
  }

  /** @returns what it was before @throws CLASSIFICATION_UNCHANGED */
  classify(classification: Classification): Classification {
    if (classification === this.classification) throw refuseEvidence.CLASSIFICATION_UNCHANGED();
    const from = this.classification;
    this.classification = classification;
    this.classificationVersion += 1;
    return from;
  }

  /** @returns who had it @throws CUSTODY_UNCHANGED */
  transferTo(officer: string): string {
    if (officer === this.custodianId) throw refuseEvidence.CUSTODY_UNCHANGED();
    const from = this.custodianId;
    this.custodianId = officer;
    return from;
  }

  /** @throws HOLD_UNCHANGED */
  hold(held: boolean): void {
    if (held === this.held) throw refuseEvidence.HOLD_UNCHANGED();
    this.held = held;
  }
}
