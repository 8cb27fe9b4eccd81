import { Injectable } from '@nestjs/common';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Classification } from '../../../contracts/shared/values.js';
import { ModuleDatabase } from '../../../platform/database/module-database.js';
import type { UnitOfWork } from '../../../platform/messaging/unit-of-work.js';
import { refuseDecision } from '../decision.errors.js';

/**
 * What was last heard of an item's classification, and how many submissions captured it. Who captures it and who hears
 * of a reclassification each see whether the other came in between: neither can be lost to the other.
 */
@Entity({ name: 'evidence_watch' })
export class EvidenceWatch {
  @PrimaryColumn({ name: 'evidence_id', type: 'text' })
  evidenceId!: string;

  /** Null until a reclassification is heard of. */
  @Column({ type: 'text', nullable: true })
  classification!: Classification | null;

  @Column({ name: 'classification_version', type: 'integer' })
  classificationVersion!: number;

  @Column({ type: 'integer' })
  submissions!: number;
}

/** By evidence id. */
export type Watched = ReadonlyMap<string, EvidenceWatch>;

@Injectable()
export class EvidenceWatches {
  constructor(private readonly database: ModuleDatabase) {}

  async of(evidenceIds: readonly string[]): Promise<Watched> {
    if (evidenceIds.length === 0) return new Map();
    const found = await this.database.find(EvidenceWatch, { evidenceId: [...new Set(evidenceIds)] });
    return new Map(found.map((watch) => [watch.evidenceId, watch]));
  }
}

/** Stages that these were captured. The commit is refused when one was reclassified since `watched` was read. */
export function stageCaptured(tx: UnitOfWork, evidenceIds: Iterable<string>, watched: Watched): void {
  for (const evidenceId of new Set(evidenceIds))
    tx.statement(
      `INSERT INTO evidence_watch AS watch (evidence_id, classification, classification_version, submissions)
       VALUES ($1, NULL, 0, 1)
       ON CONFLICT (evidence_id) DO UPDATE SET submissions = watch.submissions + 1
       WHERE watch.classification_version = $2 RETURNING 1`,
      [evidenceId, watched.get(evidenceId)?.classificationVersion ?? 0],
      refuseDecision.EVIDENCE_RECLASSIFIED_MEANWHILE('Read the package again and submit it once more.'),
    );
}

/** Stages what was heard. Decided again when a submission captured the item since `seen` was read. */
export function stageReclassified(
  tx: UnitOfWork,
  heard: Pick<EvidenceWatch, 'evidenceId' | 'classificationVersion'> & { classification: Classification },
  seen: EvidenceWatch | undefined,
): void {
  tx.statement(
    `INSERT INTO evidence_watch AS watch (evidence_id, classification, classification_version, submissions)
     VALUES ($1, $2, $3, 0)
     ON CONFLICT (evidence_id) DO UPDATE SET classification = $2, classification_version = $3
     WHERE watch.submissions = $4 RETURNING 1`,
    [heard.evidenceId, heard.classification, heard.classificationVersion, seen?.submissions ?? 0],
    'VERSION_MISMATCH',
  );
}
