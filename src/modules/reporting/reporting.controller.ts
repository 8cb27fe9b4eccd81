import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { PathId } from '../../platform/http/path-part.js';
import { Allow } from '../../platform/policy/policy.js';
import { WaitQuery } from '../../platform/projections/wait-query.js';
import { CaseStreams } from './case-streams.js';
import type { ReadModel } from './freshness.js';
import { HistoryQuery, ReadCaseHistory, type ShownHistory } from './read-case-history.js';
import { ReadDossier, type ShownDossier } from './read-dossier.js';
import { ReadWorklist, WorklistQuery, type ShownCase } from './read-worklist.js';
import { reportingPolicies } from './reporting.policies.js';

@Controller()
export class ReportingController {
  constructor(
    private readonly readDossier: ReadDossier,
    private readonly readWorklist: ReadWorklist,
    private readonly readCaseHistory: ReadCaseHistory,
    private readonly caseStreams: CaseStreams,
  ) {}

  /**
   * All that is known of a case, on one page. `projection` says how fresh it is; `waitForEventId` waits for a change
   * to be in it.
   */
  @Get('cases/:caseId/dossier')
  @Allow(reportingPolicies.dossier)
  dossier(@PathId('caseId', 'case') caseId: string, @Query() query: WaitQuery): Promise<ReadModel<ShownDossier>> {
    return this.readDossier.one(caseId, query);
  }

  /** Server-sent events. The answer is written by the stream itself: it has no end that could be awaited. */
  @Get('cases/:caseId/events')
  @ApiResponse({
    status: 200,
    description: 'Events until the client leaves.',
    headers: {
      'X-Accel-Buffering': { description: '`no`: a proxy is to pass each on at once.', schema: { type: 'string' } },
    },
    content: { 'text/event-stream': { schema: { type: 'string' } } },
  })
  @Allow(reportingPolicies.events)
  events(@PathId('caseId', 'case') caseId: string, @Res() reply: FastifyReply): Promise<void> {
    return this.caseStreams.open(caseId, reply);
  }

  /**
   * The cases that the officer may see, by status, by type and in the order that is asked for. `projection` says how
   * fresh they are.
   */
  @Get('worklist')
  @Allow(reportingPolicies.worklist)
  worklist(@Query() query: WorklistQuery): Promise<ReadModel<ShownCase[]>> {
    return this.readWorklist.page(query);
  }

  /** The cases of a party, newest first. Also those of parties that were merged into it. */
  @Get('parties/:partyId/case-history')
  @Allow(reportingPolicies.caseHistory)
  caseHistory(
    @PathId('partyId', 'pty') partyId: string,
    @Query() query: HistoryQuery,
  ): Promise<ReadModel<ShownHistory>> {
    return this.readCaseHistory.page(partyId, query);
  }
}
