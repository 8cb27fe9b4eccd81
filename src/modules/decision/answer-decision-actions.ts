import { Injectable } from '@nestjs/common';
import { requireOpenCase } from '../../casework/closed-cases.js';
import { GetDecisionActions } from '../../contracts/decision/get-decision-actions.js';
import type { PermittedAction } from '../../contracts/shared/permitted-action.js';
import { Clock } from '../../platform/base/clock.js';
import { currentCall, type Actor, type Classification } from '../../platform/base/context.js';
import { ModuleDatabase } from '../../platform/database/module-database.js';
import { Answers, type QuestionHandler } from '../../platform/messaging/handlers.js';
import { type Intent, supposing, weigh } from '../../platform/policy/weigh.js';

import { correctionIntents } from './correction/correction-intents.js';
import { DecisionCorrection } from './correction/decision-correction.js';
import { decisionPolicies } from './decision.policies.js';
import { DecisionPackage } from './package/decision-package.js';
import { packageIntents } from './package/package-intents.js';
import { classificationsIn, EvidenceSnapshot, PackageSubmission } from './package/package-snapshot.js';
import { DecisionReview } from './review/decision-review.js';

/** Says what an officer may do about the decisions of a case, by the rules of the commands themselves. */
@Injectable()
@Answers(GetDecisionActions)
export class AnswerDecisionActions implements QuestionHandler<GetDecisionActions, PermittedAction[]> {
  constructor(
    private readonly database: ModuleDatabase,
    private readonly clock: Clock,
  ) {}

  async answer(asked: GetDecisionActions): Promise<PermittedAction[]> {
    const { caseId } = asked;
    const { actor } = currentCall();
    const [packages, corrections, reviews] = await Promise.all([
      this.database.find(DecisionPackage, { caseId }),
      this.database.find(DecisionCorrection, { caseId, status: 'AWAITING_APPROVAL' }),
      this.database.find(DecisionReview, { caseId, status: 'OPEN' }),
    ]);
    const draft: Intent = {
      action: 'DRAFT_DECISION_PACKAGE',
      policy: decisionPolicies.draft,
      ids: {},
      aggregate: { id: caseId, version: 0 },
      rule: () => {
        requireOpenCase({ status: asked.caseStatus });
      },
    };
    const at = this.clock.now();
    const consideredIn = await this.considered(packages);
    const onPackages = packages.flatMap((each) => {
      const considered = consideredIn(each);
      const ofIt = corrections.filter(({ decisionId }) => decisionId === each.decisionId);
      return [
        ...packageIntents(each, asked, { actor, considered, at }),
        ...ofIt.flatMap((correction) => correctionIntents(correction, each, { actor, considered, at })),
      ];
    });
    const intents = [draft, ...onPackages, ...reviews.map((review) => conclusionOf(review, actor, at))];
    return intents.map((intent) => weigh('decision', intent, actor));
  }

  /** The classifications of everything that a package's present submission captured; read for all packages at once. */
  private async considered(packages: readonly DecisionPackage[]): Promise<(of: DecisionPackage) => Classification[]> {
    if (packages.length === 0) return () => [];
    const decisionPackageId = packages.map((each) => each.decisionPackageId);
    const submission = [...new Set(packages.map((each) => each.submission))];
    const [submissions, evidence] = await Promise.all([
      this.database.find(PackageSubmission, { decisionPackageId, submission }),
      this.database.find(EvidenceSnapshot, { decisionPackageId, submission }),
    ]);
    return (of) => {
      const isOf = (captured: Pick<PackageSubmission, 'decisionPackageId' | 'submission'>): boolean =>
        captured.decisionPackageId === of.decisionPackageId && captured.submission === of.submission;
      const captured = submissions.find(isOf);
      return captured ? classificationsIn({ submission: captured, evidence: evidence.filter(isOf) }) : [];
    };
  }
}

const conclusionOf = (review: DecisionReview, { actorId }: Actor, at: Date): Intent => ({
  action: 'CONCLUDE_DECISION_REVIEW',
  policy: decisionPolicies.concludeReview,
  ids: { reviewId: review.reviewId },
  aggregate: { id: review.reviewId, version: review.version },
  rule: () => {
    supposing(review).conclude({ conclusion: 'CONFIRMED', reason: '' }, actorId, at);
  },
});
