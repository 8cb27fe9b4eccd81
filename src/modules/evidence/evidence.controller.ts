import { Body, Controller, Delete, Get, HttpCode, Post, Query } from '@nestjs/common';
import { PageQuery, type Page } from '../../platform/http/page.js';
import { PathId } from '../../platform/http/path-part.js';
import type { Answer } from '../../platform/messaging/answer.js';
import { Allow } from '../../platform/policy/policy.js';
import { ClassifyEvidence, EvidenceClassification } from './classify-evidence.js';
import type { CustodyRow, CustodyVerdict } from './custody-chain.js';
import { evidencePolicies } from './evidence.policies.js';
import { GrantAccess, GrantRequest } from './grant-access.js';
import { HoldEvidence, LegalHold } from './hold-evidence.js';
import { ReadCustody, type ShownGrant } from './read-custody.js';
import { EvidenceQuery, ReadEvidence, type ShownItem, type WholeItem } from './read-evidence.js';
import { EvidenceRegistration, RegisterEvidence } from './register-evidence.js';
import { RevokeAccess } from './revoke-access.js';
import { CustodyTransfer, TransferCustody } from './transfer-custody.js';

@Controller('evidence')
export class EvidenceController {
  constructor(
    private readonly registerEvidence: RegisterEvidence,
    private readonly readEvidence: ReadEvidence,
    private readonly classifyEvidence: ClassifyEvidence,
    private readonly transferCustody: TransferCustody,
    private readonly holdEvidence: HoldEvidence,
    private readonly grantAccess: GrantAccess,
    private readonly revokeAccess: RevokeAccess,
    private readonly readCustody: ReadCustody,
  ) {}

  /** Registers an item of evidence of a case. Its content is uploaded afterwards. */
  @Post()
  @Allow(evidencePolicies.register)
  register(@Body() body: EvidenceRegistration): Promise<Answer> {
    return this.registerEvidence.run(body);
  }

  /**
   * The items of evidence of a case, newest first. Title and media type of what is above the reader's clearance are
   * withheld and named in `redacted`.
   */
  @Get()
  @Allow(evidencePolicies.list)
  list(@Query() query: EvidenceQuery): Promise<Page<ShownItem>> {
    return this.readEvidence.list(query);
  }

  /**
   * One item of evidence with the versions of its content. What is above the reader's clearance is withheld and named
   * in `redacted`.
   */
  @Get(':evidenceId')
  @Allow(evidencePolicies.read)
  read(@PathId('evidenceId', 'ev') evidenceId: string): Promise<WholeItem> {
    return this.readEvidence.one(evidenceId);
  }

  /** The chain of custody of an item, oldest first. With the verdict whether it is unbroken. */
  @Get(':evidenceId/custody')
  @Allow(evidencePolicies.readCustody)
  custody(
    @PathId('evidenceId', 'ev') evidenceId: string,
    @Query() query: PageQuery,
  ): Promise<Page<CustodyRow> & { verification: CustodyVerdict }> {
    return this.readCustody.custody(evidenceId, query);
  }

  /** Classifies an item anew. Decisions that rest on it are reviewed. */
  @Post(':evidenceId/classification')
  @HttpCode(200)
  @Allow(evidencePolicies.classify)
  classification(
    @PathId('evidenceId', 'ev') evidenceId: string,
    @Body() body: EvidenceClassification,
  ): Promise<Answer> {
    return this.classifyEvidence.run(evidenceId, body);
  }

  /** Transfers an item to another custodian. The chain of custody tells of it. */
  @Post(':evidenceId/custody-transfers')
  @HttpCode(200)
  @Allow(evidencePolicies.transfer)
  transfer(@PathId('evidenceId', 'ev') evidenceId: string, @Body() body: CustodyTransfer): Promise<Answer> {
    return this.transferCustody.run(evidenceId, body);
  }

  /**
   * Puts an item under legal hold, or ends the hold. What is held must be preserved, whatever the rules of retention
   * say.
   */
  @Post(':evidenceId/legal-hold')
  @HttpCode(200)
  @Allow(evidencePolicies.hold)
  hold(@PathId('evidenceId', 'ev') evidenceId: string, @Body() body: LegalHold): Promise<Answer> {
    return this.holdEvidence.run(evidenceId, body);
  }

  /** Grants an officer access to an item above their clearance. For a purpose and at most a year. */
  @Post(':evidenceId/access-grants')
  @Allow(evidencePolicies.grant)
  grant(@PathId('evidenceId', 'ev') evidenceId: string, @Body() body: GrantRequest): Promise<Answer> {
    return this.grantAccess.run(evidenceId, body);
  }

  /** The access grants of an item, oldest first. Ended ones stay in the list. */
  @Get(':evidenceId/access-grants')
  @Allow(evidencePolicies.listGrants)
  grants(@PathId('evidenceId', 'ev') evidenceId: string, @Query() query: PageQuery): Promise<Page<ShownGrant>> {
    return this.readCustody.grants(evidenceId, query);
  }

  /** Ends an access grant at once. */
  @Delete(':evidenceId/access-grants/:grantId')
  @HttpCode(204)
  @Allow(evidencePolicies.revoke)
  revoke(@PathId('evidenceId', 'ev') evidenceId: string, @PathId('grantId', 'grant') grantId: string): Promise<Answer> {
    return this.revokeAccess.run(evidenceId, grantId);
  }
}
