import { BoundedContext } from '../../platform/kernel/bounded-context.js';
import { AnswerDecisionActions } from './answer-decision-actions.js';
import { CaseAccess } from './case-access.js';
import { ApproveCorrection } from './correction/approve-correction.js';
import { CorrectionController } from './correction/correction.controller.js';
import { DecisionCorrection } from './correction/decision-correction.js';
import { ReadCorrections } from './correction/read-corrections.js';
import { RequestCorrection } from './correction/request-correction.js';
import { SettleCorrection } from './correction/settle-correction.js';
import { AnswerDecisionOutcome } from './outcome/answer-decision-outcome.js';
import { DecisionReasoning, DecisionVersion } from './outcome/decision-version.js';
import { DecisionController } from './outcome/decision.controller.js';
import { ReadDecisions } from './outcome/read-decisions.js';
import { ReadReasoning } from './outcome/read-reasoning.js';
import { AnswerDecisionPackage } from './package/answer-decision-package.js';
import { ApprovePackage } from './package/approve-package.js';
import { DecisionPackageController } from './package/decision-package.controller.js';
import { DecisionPackage } from './package/decision-package.js';
import { DraftPackage } from './package/draft-package.js';
import { FindPackage } from './package/find-package.js';
import { GatherAnswers } from './package/gather-answers.js';
import { EvidenceSnapshot, FindingSnapshot, PackageRejection, PackageSubmission } from './package/package-snapshot.js';
import { ReadPackages } from './package/read-packages.js';
import { RejectPackage } from './package/reject-package.js';
import { SubmitPackage } from './package/submit-package.js';
import { PresentClearance } from './present-clearance.js';
import { ConcludeReview } from './review/conclude-review.js';
import { DecisionReviewController } from './review/decision-review.controller.js';
import { DecisionReview } from './review/decision-review.js';
import { EvidenceWatch, EvidenceWatches } from './review/evidence-watch.js';
import { OnEvidenceClassified } from './review/on-evidence-classified.js';
import { ReadReviews } from './review/read-reviews.js';

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
  providers: [
    CaseAccess,
    PresentClearance,
    FindPackage,
    GatherAnswers,
    DraftPackage,
    SubmitPackage,
    RejectPackage,
    ApprovePackage,
    ReadPackages,
    AnswerDecisionPackage,
    ReadDecisions,
    ReadReasoning,
    AnswerDecisionOutcome,
    RequestCorrection,
    ApproveCorrection,
    SettleCorrection,
    ReadCorrections,
    EvidenceWatches,
    OnEvidenceClassified,
    ConcludeReview,
    ReadReviews,
    AnswerDecisionActions,
  ],
})
export class DecisionModule {}
