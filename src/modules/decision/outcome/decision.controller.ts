import { Controller, Get, Query } from '@nestjs/common';
import { PageQuery, type Page } from '../../../platform/http/page.js';
import { PathId } from '../../../platform/http/path-part.js';
import { Allow } from '../../../platform/policy/policy.js';
import { decisionPolicies } from '../decision.policies.js';
import { OfCaseQuery } from '../package/read-packages.js';
import { ReadDecisions, type ShownDecision, type ShownVersion } from './read-decisions.js';
import { ReadReasoning, ReasoningQuery, type GivenReasoning } from './read-reasoning.js';

@Controller('decisions')
export class DecisionController {
  constructor(
    private readonly readDecisions: ReadDecisions,
    private readonly readReasoning: ReadReasoning,
  ) {}

  /** The finalized decisions of a case. The reasoning is not among what is shown. */
  @Get()
  @Allow(decisionPolicies.listDecisions)
  list(@Query() query: OfCaseQuery): Promise<Page<ShownDecision>> {
    return this.readDecisions.list(query);
  }

  /** One decision in the version that holds now. Earlier versions are listed apart. */
  @Get(':decisionId')
  @Allow(decisionPolicies.readDecision)
  read(@PathId('decisionId', 'dec') decisionId: string): Promise<ShownDecision> {
    return this.readDecisions.one(decisionId);
  }

  /** The versions of a decision. A correction adds one; none is ever changed. */
  @Get(':decisionId/versions')
  @Allow(decisionPolicies.readVersions)
  versions(@PathId('decisionId', 'dec') decisionId: string, @Query() query: PageQuery): Promise<Page<ShownVersion>> {
    return this.readDecisions.versions(decisionId, query);
  }

  /** The reasoning of a decision. Each reading of it is audited before it is answered. */
  @Get(':decisionId/reasoning')
  @Allow(decisionPolicies.readReasoning)
  reasoning(@PathId('decisionId', 'dec') decisionId: string, @Query() query: ReasoningQuery): Promise<GivenReasoning> {
    return this.readReasoning.ofDecision(decisionId, query);
  }
}
