import { Injectable } from '@nestjs/common';
import { LessThan } from 'typeorm';
import { Clock } from '../../../platform/base/clock.js';
import { ModuleDatabase } from '../../../platform/database/module-database.js';
import { cursorOf, pageOf, rowsToRead, type Page, type PageQuery } from '../../../platform/http/page.js';
import { redactedIf, type Redacted } from '../../../platform/policy/redacted.js';
import { refuse } from '../../../platform/base/refusal.js';
import { FindPackage } from '../package/find-package.js';
import { maySeeReasons } from '../read-access.js';
import { DecisionCorrection, type CorrectionStatus } from './decision-correction.js';

type Plain = Pick<
  DecisionCorrection,
  | 'correctionId'
  | 'version'
  | 'decisionId'
  | 'caseId'
  | 'ofDecisionVersion'
  | 'change'
  | 'ticketRef'
  | 'requestedBy'
  | 'requestedAt'
  | 'approvedBy'
  | 'expiresAt'
  | 'settledBy'
  | 'settledAt'
>;

/** A correction as its reader may see it. What the reasoning would be has an endpoint of its own. */
export type ShownCorrection = Plain & {
  status: CorrectionStatus | 'EXPIRED';
  changesReasoning: boolean;
  reason: string | null;
  settlementReason: string | null;
} & Redacted<'reasoning' | 'reason' | 'settlementReason'>;

@Injectable()
export class ReadCorrections {
  constructor(
    private readonly database: ModuleDatabase,
    private readonly packages: FindPackage,
    private readonly clock: Clock,
  ) {}

  /** @throws NOT_FOUND */
  async one(decisionId: string, correctionId: string): Promise<ShownCorrection> {
    await this.packages.ofDecision(decisionId);
    const [correction] = await this.database.find(DecisionCorrection, { correctionId, decisionId });
    if (!correction) throw refuse.NOT_FOUND();
    return this.show(correction);
  }

  /** Newest first. @throws NOT_FOUND */
  async list(decisionId: string, query: PageQuery): Promise<Page<ShownCorrection>> {
    await this.packages.ofDecision(decisionId);
    const [after] = cursorOf(query, 1) ?? [];
    const rows = await this.database.source.manager.find(DecisionCorrection, {
      where: { decisionId, ...(after && { correctionId: LessThan(after) }) },
      order: { correctionId: 'DESC' },
      take: rowsToRead(query),
    });
    const shown = rows.map((row) => this.show(row));
    return pageOf(shown, query, ({ correctionId }) => [correctionId]);
  }

  private show(correction: DecisionCorrection): ShownCorrection {
    const { reasoningText, reason, settlementReason, ...plain } = correction;
    const reasonShown = maySeeReasons();
    return {
      ...(plain as Plain),
      status: correction.statusAt(this.clock.now()),
      changesReasoning: reasoningText !== null,
      reason: reasonShown ? reason : null,
      settlementReason: reasonShown ? settlementReason : null,
      ...redactedIf({
        reasoning: reasoningText !== null,
        reason: !reasonShown,
        settlementReason: !reasonShown,
      }),
    };
  }
}
