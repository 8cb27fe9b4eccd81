import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Conclusion } from '../../contracts/investigation/values.js';
import { nameOfRef, type EvidenceRef } from '../../contracts/shared/evidence-ref.js';
import { given } from '../../platform/base/given.js';
import { newId } from '../../platform/base/ids.js';
import type { Allegation } from './allegation.js';

/** By item of evidence: the latest version of its classification, 0 where none was heard of. */
export type Heard = Readonly<Record<string, number>>;

/** What a finding says. */
export interface FindingContent {
  statement: string;
  conclusion: Conclusion;
  evidenceRefs: EvidenceRef[];
}

/** What the investigation concluded about one allegation, and the evidence that it rests on. */
@Entity({ name: 'finding' })
export class Finding {
  @PrimaryColumn({ name: 'finding_id', type: 'text' })
  findingId!: string;

  @Column({ type: 'integer' })
  version!: number;

  @Column({ name: 'allegation_id', type: 'text' })
  allegationId!: string;

  @Column({ name: 'investigation_id', type: 'text' })
  investigationId!: string;

  @Column({ name: 'case_id', type: 'text' })
  caseId!: string;

  @Column({ type: 'text' })
  statement!: string;

  @Column({ type: 'text' })
  conclusion!: Conclusion;

  @Column({ name: 'evidence_refs', type: 'jsonb' })
  evidenceRefs!: EvidenceRef[];

  /** By item: the version of its classification that was heard of before the finding came to rest on it. */
  @Column({ name: 'classifications_heard', type: 'jsonb' })
  classificationsHeard!: Heard;

  @Column({ name: 'recorded_at', type: 'timestamptz' })
  recordedAt!: Date;

  @Column({ name: 'recorded_by', type: 'text' })
  recordedBy!: string;

  static record(
    { allegationId, investigationId, caseId }: Allegation,
    { statement, conclusion, evidenceRefs }: FindingContent,
    { by, at, heard }: { by: string; at: Date; heard: Heard },
  ): Finding {
    return Object.assign(new Finding(), {
      findingId: newId('fnd'),
      version: 0,
      allegationId,
      investigationId,
      caseId,
      statement,
      conclusion,
      evidenceRefs,
      classificationsHeard: heard,
      recordedAt: at,
      recordedBy: by,
    });
  }

  /** @param heard of the evidence that is named now; what the finding rested on before keeps what was heard then */
  amend(change: Partial<FindingContent>, heard: Heard): void {
    const before = this.classificationsHeard;
    Object.assign(this, given(change));
    if (!change.evidenceRefs) return;
    const kept = Object.entries(heard).map(([evidenceId, version]) => [evidenceId, before[evidenceId] ?? version]);
    this.classificationsHeard = Object.fromEntries(kept) as Heard;
  }

  get evidenceNamed(): string[] {
    return this.evidenceRefs.map(nameOfRef);
  }

  /** What an event may say of it: all but the statement. */
  get published(): Pick<
    Finding,
    'caseId' | 'investigationId' | 'allegationId' | 'findingId' | 'conclusion' | 'evidenceRefs'
  > {
    const { caseId, investigationId, allegationId, findingId, conclusion, evidenceRefs } = this;
    return { caseId, investigationId, allegationId, findingId, conclusion, evidenceRefs };
  }
}
