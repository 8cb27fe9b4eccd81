import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { PageQuery, type Page } from '../../../platform/http/page.js';
import { PathId } from '../../../platform/http/path-part.js';
import type { Answer } from '../../../platform/messaging/answer.js';
import { Allow } from '../../../platform/policy/policy.js';
import { decisionPolicies } from '../decision.policies.js';
import { ReadReasoning, type ProposedReasoning } from '../outcome/read-reasoning.js';
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

  /**
   * Requests a correction of a decision. It names what is to change and the authority who is to approve it; it expires
   * after 14 days.
   */
  @Post()
  @Allow(decisionPolicies.requestCorrection)
  request(@PathId('decisionId', 'dec') decisionId: string, @Body() body: CorrectionRequest): Promise<Answer> {
    return this.requestCorrection.run(decisionId, body);
  }

  /** The corrections of a decision. Settled ones stay in the list. */
  @Get()
  @Allow(decisionPolicies.listCorrections)
  list(@PathId('decisionId', 'dec') decisionId: string, @Query() query: PageQuery): Promise<Page<ShownCorrection>> {
    return this.readCorrections.list(decisionId, query);
  }

  /** One correction of a decision. With what it would change. */
  @Get(':correctionId')
  @Allow(decisionPolicies.readCorrection)
  read(
    @PathId('decisionId', 'dec') decisionId: string,
    @PathId('correctionId', 'cor') correctionId: string,
  ): Promise<ShownCorrection> {
    return this.readCorrections.one(decisionId, correctionId);
  }

  /** The reasoning that a correction proposes. Each reading of it is audited before it is answered. */
  @Get(':correctionId/reasoning')
  @Allow(decisionPolicies.readProposedReasoning)
  reasoning(
    @PathId('decisionId', 'dec') decisionId: string,
    @PathId('correctionId', 'cor') correctionId: string,
  ): Promise<ProposedReasoning> {
    return this.readReasoning.proposed(decisionId, correctionId);
  }

  /** Approves a correction, which makes a new version of the decision. Earlier versions stay. */
  @Post(':correctionId/approval')
  @HttpCode(200)
  @Allow(decisionPolicies.approveCorrection)
  approve(
    @PathId('decisionId', 'dec') decisionId: string,
    @PathId('correctionId', 'cor') correctionId: string,
  ): Promise<Answer> {
    return this.approveCorrection.run(decisionId, correctionId);
  }

  /** Rejects a correction, with a reason. The decision stays as it is. */
  @Post(':correctionId/rejection')
  @HttpCode(200)
  @Allow(decisionPolicies.rejectCorrection)
  reject(
    @PathId('decisionId', 'dec') decisionId: string,
    @PathId('correctionId', 'cor') correctionId: string,
    @Body() body: Reason,
  ): Promise<Answer> {
    return this.settleCorrection.reject(decisionId, correctionId, body);
  }

  /** Takes a correction back. Only its requester may. */
  @Post(':correctionId/withdrawal')
  @HttpCode(200)
  @Allow(decisionPolicies.withdrawCorrection)
  withdraw(
    @PathId('decisionId', 'dec') decisionId: string,
    @PathId('correctionId', 'cor') correctionId: string,
  ): Promise<Answer> {
    return this.settleCorrection.withdraw(decisionId, correctionId);
  }

  /** Hands a correction over to another authority. Only its requester may. */
  @Post(':correctionId/handover')
  @HttpCode(200)
  @Allow(decisionPolicies.handOverCorrection)
  handOver(
    @PathId('decisionId', 'dec') decisionId: string,
    @PathId('correctionId', 'cor') correctionId: string,
    @Body() body: NamedAuthority,
  ): Promise<Answer> {
    return this.settleCorrection.handOver(decisionId, correctionId, body);
  }
}
