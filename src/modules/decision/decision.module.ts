import { BoundedContext } from '../../platform/kernel/bounded-context.js';
import { AnswerDecisionActions } from './answer-decision-actions.js';
import { CorrectionController } from './correction/correction.controller.js';
import { DecisionCorrection } from './correction/decision-correction.js';
import { AnswerDecisionOutcome } from './outcome/answer-decision-outcome.js';
import { DecisionReasoning, DecisionVersion } from './outcome/decision-version.js';
import { DecisionController } from './outcome/decision.controller.js';
import { AnswerDecisionPackage } from './package/answer-decision-package.js';
import { DecisionPackageController } from './package/decision-package.controller.js';
import { DecisionPackage } from './package/decision-package.js';
import { EvidenceSnapshot, FindingSnapshot, PackageRejection, PackageSubmission } from './package/package-snapshot.js';
import { DecisionReviewController } from './review/decision-review.controller.js';
import { DecisionReview } from './review/decision-review.js';
import { EvidenceWatch } from './review/evidence-watch.js';
import { OnEvidenceClassified } from './review/on-evidence-classified.js';

@BoundedContext({
  name: 'decision',
  entities: [
    DecisionPackage,
    PackageSubmission,
    FindingSnapshot,
    EvidenceSnapshot,
    PackageRejection,
    DecisionVersion,
    DecisionReasoning,
    DecisionCorrection,
    DecisionReview,
    EvidenceWatch,
  ],
  controllers: [DecisionPackageController, DecisionController, CorrectionController, DecisionReviewController],
  providers: [AnswerDecisionPackage, AnswerDecisionOutcome, OnEvidenceClassified, AnswerDecisionActions],
})
export class DecisionModule {}
