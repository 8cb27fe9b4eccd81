import { Body, Controller, Get, Patch, Post, Query } from '@nestjs/common';
import type { Page } from '../../platform/http/page.js';
import { PathId } from '../../platform/http/path-part.js';
import type { Answer } from '../../platform/messaging/answer.js';
import { Allow } from '../../platform/policy/policy.js';
import type { Allegation } from './allegation.js';
import { AllegationAmendment, AmendAllegation } from './amend-allegation.js';
import { FindInvestigations, OfCaseQuery } from './find-investigations.js';
import { investigationPolicies } from './investigation.policies.js';
import { FindingText, RecordFinding } from './record-finding.js';

@Controller('allegations')
export class AllegationController {
  constructor(
    private readonly investigations: FindInvestigations,
    private readonly amendAllegation: AmendAllegation,
    private readonly recordFinding: RecordFinding,
  ) {}

  /** The allegations of a case. For those who may see the case. */
  @Get()
  @Allow(investigationPolicies.listAllegations)
  list(@Query() query: OfCaseQuery): Promise<Page<Allegation>> {
    return this.investigations.list('allegation', query);
  }

  /** One allegation. That a party broke a rule, which the investigation examines. */
  @Get(':allegationId')
  @Allow(investigationPolicies.readAllegation)
  async read(@PathId('allegationId', 'alg') allegationId: string): Promise<Allegation> {
    return (await this.investigations.one('allegation', allegationId)).found;
  }

  /** Changes an allegation while its investigation is open. What is left out stays. */
  @Patch(':allegationId')
  @Allow(investigationPolicies.amendAllegation)
  amend(@PathId('allegationId', 'alg') allegationId: string, @Body() body: AllegationAmendment): Promise<Answer> {
    return this.amendAllegation.run(allegationId, body);
  }

  /** Records a finding on an allegation. It cites versions of evidence of the case. */
  @Post(':allegationId/findings')
  @Allow(investigationPolicies.recordFinding)
  record(@PathId('allegationId', 'alg') allegationId: string, @Body() body: FindingText): Promise<Answer> {
    return this.recordFinding.run(allegationId, body);
  }
}
