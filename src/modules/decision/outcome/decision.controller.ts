import { Controller, Get, Param, Query } from '@nestjs/common';
import { PageQuery, type Page } from '../../../platform/http/page.js';
import { Allow } from '../../../platform/policy/policy.js';
import { decisionPolicies } from '../decision.policies.js';
import { OfCaseQuery } from '../package/read-packages.js';
import { ReadDecisions, type ShownDecision, type ShownVersion } from './read-decisions.js';
import { ReadReasoning, ReasoningQuery } from './read-reasoning.js';

@Controller('decisions')
export class DecisionController {
  constructor(
    private readonly readDecisions: ReadDecisions,
    private readonly readReasoning: ReadReasoning,
  ) {}

  @Get()
  @Allow(decisionPolicies.listDecisions)
  list(@Query() query: OfCaseQuery): Promise<Page<ShownDecision>> {
    return this.readDecisions.list(query);
  }

  @Get(':decisionId')
  @Allow(decisionPolicies.readDecision)
  read(@Param('decisionId') decisionId: string): Promise<ShownDecision> {
    return this.readDecisions.one(decisionId);
  }

  @Get(':decisionId/versions')
  @Allow(decisionPolicies.readVersions)
  versions(@Param('decisionId') decisionId: string, @Query() query: PageQuery): Promise<Page<ShownVersion>> {
    return this.readDecisions.versions(decisionId, query);
  }

  @Get(':decisionId/reasoning')
  @Allow(decisionPolicies.readReasoning)
  reasoning(@Param('decisionId') decisionId: string, @Query() query: ReasoningQuery): Promise<object> {
    return this.readReasoning.ofDecision(decisionId, query);
  }
}
