import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { AllegationText } from '../../contracts/investigation/record-allegation.js';
import type { Page } from '../../platform/http/page.js';
import { PathId } from '../../platform/http/path-part.js';
import type { Answer } from '../../platform/messaging/answer.js';
import { Allow } from '../../platform/policy/policy.js';
import { FindInvestigations, OfCaseQuery } from './find-investigations.js';
import { investigationPolicies } from './investigation.policies.js';
import type { Investigation } from './investigation.js';
import { RecordAllegationHandler } from './record-allegation.js';
import { FindingsSubmission, SubmitFindings } from './submit-findings.js';

@Controller('investigations')
export class InvestigationController {
  constructor(
    private readonly investigations: FindInvestigations,
    private readonly recordAllegation: RecordAllegationHandler,
    private readonly submitFindings: SubmitFindings,
  ) {}

  /** The investigations of a case. Each round of the case has one. */
  @Get()
  @Allow(investigationPolicies.list)
  list(@Query() query: OfCaseQuery): Promise<Page<Investigation>> {
    return this.investigations.list('investigation', query);
  }

  /** One investigation. With what was submitted, once it is. */
  @Get(':investigationId')
  @Allow(investigationPolicies.read)
  async read(@PathId('investigationId', 'inv') investigationId: string): Promise<Investigation> {
    return (await this.investigations.one('investigation', investigationId)).found;
  }

  /** Records an allegation against a party of the case. The investigation must be open. */
  @Post(':investigationId/allegations')
  @Allow(investigationPolicies.recordAllegation)
  record(@PathId('investigationId', 'inv') investigationId: string, @Body() body: AllegationText): Promise<Answer> {
    return this.recordAllegation.run(investigationId, body);
  }

  /** Submits the findings. They no longer change, and the recommendation says whether a decision is to follow. */
  @Post(':investigationId/submission')
  @HttpCode(200)
  @Allow(investigationPolicies.submit)
  submit(@PathId('investigationId', 'inv') investigationId: string, @Body() body: FindingsSubmission): Promise<Answer> {
    return this.submitFindings.run(investigationId, body);
  }
}
