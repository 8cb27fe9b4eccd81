import { Controller, Get, Query } from '@nestjs/common';
import type { Page } from '../../platform/http/page.js';
import { PathId } from '../../platform/http/path-part.js';
import { Allow } from '../../platform/policy/policy.js';
import { auditPolicies } from './audit.policies.js';
import type { Verdict } from './chain-check.js';
import { FindRecords, RecordQuery } from './find-records.js';
import { ReadTrail, TrailQuery, type Trail } from './read-trail.js';
import type { ShownRecord } from './stored-record.js';
import { VerificationQuery, VerifyChains, type Verdicts } from './verify-chains.js';

@Controller()
export class AuditController {
  constructor(
    private readonly readTrail: ReadTrail,
    private readonly findRecords: FindRecords,
    private readonly verifyChains: VerifyChains,
  ) {}

  /**
   * What was done about a case, oldest first. Each record says who did what, under which policy, and what it relied
   * on.
   */
  @Get('cases/:caseId/audit-trail')
  @Allow(auditPolicies.trail)
  trail(@PathId('caseId', 'case') caseId: string, @Query() query: TrailQuery): Promise<Trail> {
    return this.readTrail.of(caseId, query);
  }

  /** Audit records, oldest first. Filter them by case, actor, action or time. */
  @Get('audit/records')
  @Allow(auditPolicies.list)
  list(@Query() query: RecordQuery): Promise<Page<ShownRecord>> {
    return this.findRecords.list(query);
  }

  /** One audit record. With its place in the hash chain of its subject. */
  @Get('audit/records/:auditId')
  @Allow(auditPolicies.read)
  read(@PathId('auditId', 'audit') auditId: string): Promise<ShownRecord> {
    return this.findRecords.one(auditId);
  }

  /**
   * Whether the records are what was recorded. Every hash of the chain is computed anew; the first that differs is
   * named.
   */
  @Get('audit/verification')
  @Allow(auditPolicies.verify)
  verify(@Query() query: VerificationQuery): Promise<Verdict | Verdicts> {
    return this.verifyChains.run(query);
  }
}
