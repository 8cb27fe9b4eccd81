import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { PageQuery, type Page } from '../../../platform/http/page.js';
import { PathId } from '../../../platform/http/path-part.js';
import type { Answer } from '../../../platform/messaging/answer.js';
import { Allow } from '../../../platform/policy/policy.js';
import { decisionPolicies } from '../decision.policies.js';
import { Determination } from '../outcome/determination.js';
import { Reason } from '../reason.js';
import { ApprovePackage } from './approve-package.js';
import type { DecisionPackage } from './decision-package.js';
import { DraftPackage, PackageDraft } from './draft-package.js';
import { OfCaseQuery, ReadPackages, type ShownPackage } from './read-packages.js';
import { RejectPackage } from './reject-package.js';
import type { ShownSnapshot } from './show-snapshot.js';
import { SubmitPackage } from './submit-package.js';

@Controller('decision-packages')
export class DecisionPackageController {
  constructor(
    private readonly draftPackage: DraftPackage,
    private readonly submitPackage: SubmitPackage,
    private readonly approvePackage: ApprovePackage,
    private readonly rejectPackage: RejectPackage,
    private readonly readPackages: ReadPackages,
  ) {}

  /** Drafts a decision package for a case. It names the investigation, the evidence and the party that it is about. */
  @Post()
  @Allow(decisionPolicies.draft)
  draft(@Body() body: PackageDraft): Promise<Answer> {
    return this.draftPackage.run(body);
  }

  /** The decision packages of a case. For those who may see the case. */
  @Get()
  @Allow(decisionPolicies.listPackages)
  list(@Query() query: OfCaseQuery): Promise<Page<DecisionPackage>> {
    return this.readPackages.list(query);
  }

  /** One decision package. With what was captured when it was submitted last. */
  @Get(':decisionPackageId')
  @Allow(decisionPolicies.readPackage)
  read(@PathId('decisionPackageId', 'dpkg') decisionPackageId: string): Promise<ShownPackage> {
    return this.readPackages.one(decisionPackageId);
  }

  /** The submissions of a package. Each shows findings and evidence as they were at that moment. */
  @Get(':decisionPackageId/submissions')
  @Allow(decisionPolicies.readSubmissions)
  submissions(
    @PathId('decisionPackageId', 'dpkg') decisionPackageId: string,
    @Query() query: PageQuery,
  ): Promise<Page<ShownSnapshot>> {
    return this.readPackages.submissions(decisionPackageId, query);
  }

  /** Submits a package for approval. Findings and evidence are captured as they are now, and no longer change in it. */
  @Post(':decisionPackageId/submission')
  @HttpCode(200)
  @Allow(decisionPolicies.submit)
  submit(@PathId('decisionPackageId', 'dpkg') decisionPackageId: string): Promise<Answer> {
    return this.submitPackage.run(decisionPackageId);
  }

  /** Approves a package, which makes the decision. Nobody approves what they have submitted themselves. */
  @Post(':decisionPackageId/approval')
  @HttpCode(200)
  @Allow(decisionPolicies.approve)
  approve(
    @PathId('decisionPackageId', 'dpkg') decisionPackageId: string,
    @Body() body: Determination,
  ): Promise<Answer> {
    return this.approvePackage.run(decisionPackageId, body);
  }

  /** Rejects a package, with a reason. It may be submitted again. */
  @Post(':decisionPackageId/rejection')
  @HttpCode(200)
  @Allow(decisionPolicies.reject)
  reject(@PathId('decisionPackageId', 'dpkg') decisionPackageId: string, @Body() body: Reason): Promise<Answer> {
    return this.rejectPackage.run(decisionPackageId, body);
  }
}
