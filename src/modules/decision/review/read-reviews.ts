import { Injectable } from '@nestjs/common';
import { LessThan } from 'typeorm';
import { ModuleDatabase } from '../../../platform/database/module-database.js';
import { cursorOf, pageOf, rowsToRead, type Page } from '../../../platform/http/page.js';
import { redactedIf, type Redacted } from '../../../platform/policy/redacted.js';
import { refuse } from '../../../platform/base/refusal.js';
import { CaseAccess } from '../case-access.js';
import type { OfCaseQuery } from '../package/read-packages.js';
import { maySeeReasons } from '../read-access.js';
import { DecisionReview } from './decision-review.js';

export type ShownReview = Omit<DecisionReview, 'conclude'> & Redacted<'reason'>;

/** The owner's answers about reviews, to whoever may see the case. */
@Injectable()
export class ReadReviews {
  constructor(
    private readonly database: ModuleDatabase,
    private readonly cases: CaseAccess,
  ) {}

  /** @throws NOT_FOUND: not yours and not there look the same */
  async readable(reviewId: string): Promise<DecisionReview> {
    const [review] = await this.database.find(DecisionReview, { reviewId });
    if (!review) throw refuse.NOT_FOUND();
    await this.cases.readable(review.caseId);
    return review;
  }

  /** @throws NOT_FOUND */
  async one(reviewId: string): Promise<ShownReview> {
    return show(await this.readable(reviewId));
  }

  /** Of a case, newest first; none of a case that the caller may not see, as of one that is not there. */
  async list(query: OfCaseQuery): Promise<Page<ShownReview>> {
    const { caseId } = query;
    if (!(await this.cases.find(caseId))) return { data: [], nextCursor: null };
    const [after] = cursorOf(query, 1) ?? [];
    const rows = await this.database.source.manager.find(DecisionReview, {
      where: { caseId, ...(after && { reviewId: LessThan(after) }) },
      order: { reviewId: 'DESC' },
      take: rowsToRead(query),
    });
    return pageOf(rows.map(show), query, ({ reviewId }) => [reviewId]);
  }
}

function show(review: DecisionReview): ShownReview {
  const reasonShown = review.reason === null || maySeeReasons();
  return { ...review, reason: reasonShown ? review.reason : null, ...redactedIf({ reason: !reasonShown }) };
}
