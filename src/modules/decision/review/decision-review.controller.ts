import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import type { Page } from '../../../platform/http/page.js';
import { PathId } from '../../../platform/http/path-part.js';
import type { Answer } from '../../../platform/messaging/answer.js';
import { Allow } from '../../../platform/policy/policy.js';
import { decisionPolicies } from '../decision.policies.js';
import { OfCaseQuery } from '../package/read-packages.js';
import { ConcludeReview } from './conclude-review.js';
import { Conclusion } from './decision-review.js';
import { ReadReviews, type ShownReview } from './read-reviews.js';

@Controller('decision-reviews')
export class DecisionReviewController {
  constructor(
    private readonly concludeReview: ConcludeReview,
    private readonly readReviews: ReadReviews,
  ) {}

  /** The reviews of decisions of a case. One is opened when evidence that a decision rests on was classified anew. */
  @Get()
  @Allow(decisionPolicies.listReviews)
  list(@Query() query: OfCaseQuery): Promise<Page<ShownReview>> {
    return this.readReviews.list(query);
  }

  /** One review of a decision. With the evidence that led to it. */
  @Get(':reviewId')
  @Allow(decisionPolicies.readReview)
  read(@PathId('reviewId', 'rev') reviewId: string): Promise<ShownReview> {
    return this.readReviews.one(reviewId);
  }

  /** Concludes a review. It confirms the decision, or says that it needs a correction. */
  @Post(':reviewId/conclusion')
  @HttpCode(200)
  @Allow(decisionPolicies.concludeReview)
  conclude(@PathId('reviewId', 'rev') reviewId: string, @Body() body: Conclusion): Promise<Answer> {
    return this.concludeReview.run(reviewId, body);
  }
}
