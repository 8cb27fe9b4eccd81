import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { PageQuery, type Page } from '../../../platform/http/page.js';
import type { Answer } from '../../../platform/messaging/answer.js';
import { Allow } from '../../../platform/policy/policy.js';
import { decisionPolicies } from '../decision.policies.js';
import { ReadReasoning } from '../outcome/read-reasoning.js';
import { Reason } from '../reason.js';
import { ApproveCorrection } from './approve-correction.js';
import { ReadCorrections, type ShownCorrection } from './read-corrections.js';
import { CorrectionRequest, NamedAuthority, RequestCorrection } from './request-correction.js';
import { SettleCorrection } from './settle-correction.js';

@Controller('decisions/:decisionId/corrections')
export class CorrectionController {
  constructor(
    private readonly requestCorrection: RequestCorrection,
    private readonly approveCorrection: ApproveCorrection,
    private readonly settleCorrection: SettleCorrection,
    private readonly readCorrections: ReadCorrections,
    private readonly readReasoning: ReadReasoning,
  ) {}

  @Post()
  @Allow(decisionPolicies.requestCorrection)
  request(@Param('decisionId') decisionId: string, @Body() body: CorrectionRequest): Promise<Answer> {
    return this.requestCorrection.run(decisionId, body);
  }

  @Get()
  @Allow(decisionPolicies.listCorrections)
  list(@Param('decisionId') decisionId: string, @Query() query: PageQuery): Promise<Page<ShownCorrection>> {
    return this.readCorrections.list(decisionId, query);
  }

  @Get(':correctionId')
  @Allow(decisionPolicies.readCorrection)
  read(@Param('decisionId') decisionId: string, @Param('correctionId') correctionId: string): Promise<ShownCorrection> {
    return this.readCorrections.one(decisionId, correctionId);
  }

  @Get(':correctionId/reasoning')
  @Allow(decisionPolicies.readProposedReasoning)
  reasoning(@Param('decisionId') decisionId: string, @Param('correctionId') correctionId: string): Promise<object> {
    return this.readReasoning.proposed(decisionId, correctionId);
  }

  @Post(':correctionId/approval')
  @HttpCode(200)
  @Allow(decisionPolicies.approveCorrection)
  approve(@Param('decisionId') decisionId: string, @Param('correctionId') correctionId: string): Promise<Answer> {
    return this.approveCorrection.run(decisionId, correctionId);
  }

  @Post(':correctionId/rejection')
  @HttpCode(200)
  @Allow(decisionPolicies.rejectCorrection)
  reject(
    @Param('decisionId') decisionId: string,
    @Param('correctionId') correctionId: string,
    @Body() body: Reason,
  ): Promise<Answer> {
    return this.settleCorrection.reject(decisionId, correctionId, body);
  }

  @Post(':correctionId/withdrawal')
  @HttpCode(200)
  @Allow(decisionPolicies.withdrawCorrection)
  withdraw(@Param('decisionId') decisionId: string, @Param('correctionId') correctionId: string): Promise<Answer> {
    return this.settleCorrection.withdraw(decisionId, correctionId);
  }

  @Post(':correctionId/handover')
  @HttpCode(200)
  @Allow(decisionPolicies.handOverCorrection)
  handOver(
    @Param('decisionId') decisionId: string,
    @Param('correctionId') correctionId: string,
    @Body() body: NamedAuthority,
  ): Promise<Answer> {
    return this.settleCorrection.handOver(decisionId, correctionId, body);
  }
}
