import { Injectable } from '@nestjs/common';
import { nameOfRef } from '../../../contracts/shared/evidence-ref.js';
import { withCall, type Call } from '../../../platform/base/context.js';
import { newId } from '../../../platform/base/ids.js';
import { Work } from '../../../platform/messaging/work.js';
import { Refusal } from '../../../platform/base/refusal.js';
import { noteCustody } from '../custody-event.js';
import { StoredContents } from './stored-contents.js';
import { refuseEvidence } from '../evidence.errors.js';

interface Naming {
  evidenceId: string;
  evidenceVersion: number;
  caseId: string;
}

/**
 * Records what a check of a content found. Only a change is told to the chains of custody: that a content is damaged,
 * or whole again. A check that finds what was known moves its date alone, or every chain would be full of them.
 */
@Injectable()
export class RecordVerification {
  constructor(
    private readonly work: Work,
    private readonly contents: StoredContents,
  ) {}

  async run(sha256: string, intact: boolean): Promise<void> {
    if (await this.contents.confirm(sha256, intact)) return;
    await withCall(systemCall(), () => this.change(sha256, intact)).catch((error: unknown) => {
      // Another process came to the same at the same time.
      if (!(error instanceof Refusal)) throw error;
    });
  }

  private change(sha256: string, intact: boolean): Promise<unknown> {
    return this.work.run(async (tx) => {
      const named = await tx.query<Naming>({
        name: 'items_of_content',
        text: `SELECT v.evidence_id AS "evidenceId", max(v.evidence_version) AS "evidenceVersion", i.case_id AS "caseId"
               FROM evidence_version v JOIN evidence_item i USING (evidence_id) WHERE v.checksum_sha256 = $1
               GROUP BY v.evidence_id, i.case_id ORDER BY v.evidence_id`,
        values: [sha256],
      });
      if (named.length === 0) return { body: {} };
      tx.statement(
        `UPDATE stored_content SET last_verified_at = $2::timestamptz, next_check_at = $3::timestamptz,
           damaged_at = CASE WHEN $4 THEN NULL ELSE $2::timestamptz END
         WHERE checksum_sha256 = $1 AND (damaged_at IS NULL) <> $4 RETURNING 1`,
        [sha256, tx.occurredAt, this.contents.nextCheck(intact), intact],
        refuseEvidence.VERIFICATION_RECORDED(),
      );
      const [beforeState, afterState] = intact ? ['DAMAGED', 'INTACT'] : ['INTACT', 'DAMAGED'];
      for (const { evidenceId, evidenceVersion, caseId } of named) {
        noteCustody(tx, evidenceId, 'VERIFIED', { evidenceVersion, checksumSha256: sha256, intact });
        tx.audit({
          eventType: 'EvidenceVerifiedAudit',
          action: 'VERIFY_EVIDENCE',
          subject: { caseId, evidenceId },
          beforeState,
          afterState,
          evidenceRefs: [nameOfRef({ evidenceId, evidenceVersion })],
        });
      }
      return { body: {} };
    });
  }
}

/** Checks are nobody's command: the application makes them, also when an officer's read is what led to one. */
function systemCall(): Call {
  const commandId = newId('cmd');
  return {
    actor: { actorId: 'system:evidence.verification', roles: ['SYSTEM'], clearance: 'RESTRICTED' },
    correlationId: newId('corr'),
    commandId,
    causationId: commandId,
    policyDecision: { policyDecisionId: newId('pdp'), policies: ['evidence verification'], role: 'SYSTEM' },
  };
}
