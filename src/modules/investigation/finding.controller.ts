import { Body, Controller, Get, Patch, Query } from '@nestjs/common';
import type { Page } from '../../platform/http/page.js';
import { PathId } from '../../platform/http/path-part.js';
import type { Answer } from '../../platform/messaging/answer.js';
import { Allow } from '../../platform/policy/policy.js';
import { AmendFinding, FindingAmendment } from './amend-finding.js';
import { FindInvestigations, OfCaseQuery, type ReadFinding } from './find-investigations.js';
import { investigationPolicies } from './investigation.policies.js';

@Controller('findings')
export class FindingController {
  constructor(
    private readonly investigations: FindInvestigations,
    private readonly amendFinding: AmendFinding,
  ) {}

  /** The findings of a case. For those who may see the case. */
  @Get()
  @Allow(investigationPolicies.listFindings)
  list(@Query() query: OfCaseQuery): Promise<Page<ReadFinding>> {
    return this.investigations.findings(query);
  }

  /** One finding. The evidence that it cites is marked where it was classified anew since. */
  @Get(':findingId')
  @Allow(investigationPolicies.readFinding)
  read(@PathId('findingId', 'fnd') findingId: string): Promise<ReadFinding> {
    return this.investigations.finding(findingId);
  }

  /** Changes a finding while its investigation is open. What is left out stays. */
  @Patch(':findingId')
  @Allow(investigationPolicies.amendFinding)
  amend(@PathId('findingId', 'fnd') findingId: string, @Body() body: FindingAmendment): Promise<Answer> {
    return this.amendFinding.run(findingId, body);
  }
}
