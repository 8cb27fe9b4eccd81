import { Injectable } from '@nestjs/common';
import { currentCall } from '../../../platform/base/context.js';
import type { Answer } from '../../../platform/messaging/answer.js';
import { Work } from '../../../platform/messaging/work.js';
import { type Conclusion, DecisionReview } from './decision-review.js';
import { ReadReviews } from './read-reviews.js';

/** Says what follows from the reclassification of evidence that a decision rests on. */
@Injectable()
export class ConcludeReview {
  constructor(
    private readonly reviews: ReadReviews,
    private readonly work: Work,
  ) {}

  async run(reviewId: string, concluded: Conclusion): Promise<Answer> {
    await this.reviews.readable(reviewId);
    return this.work.run(async (tx) => {
      const review = await tx.loadExpected(DecisionReview, reviewId);
      const { status: beforeState, caseId, decisionId, decisionPackageId, version } = review;
      review.conclude(concluded, currentCall().actor.actorId, tx.occurredAt);
      tx.change(review);
      tx.audit({
        eventType: 'DecisionReviewConcludedAudit',
        action: 'CONCLUDE_DECISION_REVIEW',
        subject: { caseId, decisionPackageId, decisionId, reviewId },
        subjectVersion: review.version,
        beforeState,
        afterState: review.status,
        dataUsed: [`${reviewId}@${version}`],
        reasonCode: concluded.conclusion,
      });
      const { status, conclusion } = review;
      return { body: { reviewId, decisionId, status, conclusion }, of: review };
    });
  }
}
