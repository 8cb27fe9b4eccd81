import { Injectable } from '@nestjs/common';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { currentCall, isGuarded } from '../../../platform/base/context.js';
import { ModuleDatabase } from '../../../platform/database/module-database.js';
import { Work } from '../../../platform/messaging/work.js';
import { refuse } from '../../../platform/base/refusal.js';
import { DecisionCorrection } from '../correction/decision-correction.js';
import type { DecisionPackage } from '../package/decision-package.js';
import { FindPackage } from '../package/find-package.js';
import { isCleared } from '../read-access.js';
import { DecisionReasoning } from './decision-version.js';

export class ReasoningQuery {
  /** The present one unless given. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(2_147_483_647)
  decisionVersion?: number;
}

/** Why it was decided as it was, in one version of the decision. */
export interface GivenReasoning {
  decisionId: string;
  decisionVersion: number;
  reasoning: string;
}

/** What a correction would have the reasoning be. */
export interface ProposedReasoning {
  decisionId: string;
  correctionId: string;
  /** Null where it would leave it as it is. */
  reasoning: string | null;
}

/** Reasoning is restricted: whoever reads it has a role on the case or the highest clearance, and leaves a record. */
@Injectable()
export class ReadReasoning {
  constructor(
    private readonly database: ModuleDatabase,
    private readonly packages: FindPackage,
    private readonly work: Work,
  ) {}

  /** @throws NOT_FOUND; FORBIDDEN */
  async ofDecision(decisionId: string, query: ReasoningQuery): Promise<GivenReasoning> {
    const { found } = await this.packages.ofDecision(decisionId);
    this.requireReader([found.draftedBy, found.submittedBy, found.approvedBy]);
    const decisionVersion = query.decisionVersion ?? found.decisionVersion ?? 0;
    const [reasoning] = await this.database.find(DecisionReasoning, { decisionId, decisionVersion });
    if (!reasoning) throw refuse.NOT_FOUND();
    await this.audit(found, `${decisionId}@${decisionVersion}`);
    return { decisionId, decisionVersion, reasoning: reasoning.reasoningText };
  }

  /** What a correction would have the reasoning be; null when it leaves it as it is. @throws NOT_FOUND; FORBIDDEN */
  async proposed(decisionId: string, correctionId: string): Promise<ProposedReasoning> {
    const { found } = await this.packages.ofDecision(decisionId);
    const [correction] = await this.database.find(DecisionCorrection, { correctionId, decisionId });
    if (!correction) throw refuse.NOT_FOUND();
    const { requestedBy, approvedBy, reasoningText, version } = correction;
    this.requireReader([requestedBy, approvedBy]);
    await this.audit(found, `${correctionId}@${version}`);
    return { decisionId, correctionId, reasoning: reasoningText };
  }

  private requireReader(withRole: readonly (string | null)[]): void {
    const { actorId } = currentCall().actor;
    if (!isGuarded('REASONING', 'CLEARANCE') || isCleared('RESTRICTED') || withRole.includes(actorId)) return;
    throw refuse.FORBIDDEN('It needs clearance RESTRICTED, or a role on this decision.');
  }

  /** Committed before the first byte is answered. */
  private async audit({ caseId, decisionPackageId, decisionId }: DecisionPackage, used: string): Promise<void> {
    await this.work.run((tx) => {
      tx.audit({
        eventType: 'DecisionReasoningReadAudit',
        action: 'READ_REASONING',
        subject: { caseId, decisionPackageId, decisionId: decisionId ?? '' },
        dataUsed: [used],
      });
      return { body: {} };
    });
  }
}
