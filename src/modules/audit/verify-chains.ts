import { Injectable } from '@nestjs/common';
import { IsOptional, Matches } from 'class-validator';
import { idOf } from '../../contracts/shared/values.js';
import type { Read } from '../../platform/administration/attestation.js';
import { ModuleDatabase } from '../../platform/database/module-database.js';
import { cursorOf, pageOf, PageQuery, rowsToRead, type Page } from '../../platform/http/page.js';
import { invalid } from '../../platform/base/refusal.js';
import { AuditAccess } from './audit-access.js';
import { ChainCheck, type Verdict } from './chain-check.js';
import { chainsAfter, verifyChain } from './read-chains.js';
import { seenAfter } from './seen-after.js';

/** One of a case, a party and a module names one chain; without any, all chains are verified, a page at a time. */
export class VerificationQuery extends PageQuery {
  /** The chain of this case alone. */
  @IsOptional()
  @Matches(idOf('case'))
  caseId?: string;

  /** The chain of this party alone. */
  @IsOptional()
  @Matches(idOf('pty'))
  partyId?: string;

  /** The chain of what this module did about neither a case nor a party. */
  @IsOptional()
  @Matches(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/)
  module?: string;
}

/** The verdicts on a page of chains, and their totals. */
export interface Verdicts extends Page<Verdict> {
  chains: number;
  records: number;
  intact: boolean;
  /** Chains that are broken. */
  broken: number;
}

/** Recomputes chains from what lies in the table. */
@Injectable()
export class VerifyChains {
  private readonly read: Read;

  constructor(
    database: ModuleDatabase,
    private readonly access: AuditAccess,
  ) {
    this.read = (statement) => database.query(statement);
  }

  /** A chain that nothing was ever added to is intact and has no records; one above the caller's clearance looks the same. */
  async run(query: VerificationQuery): Promise<Verdict | Verdicts> {
    this.access.requireCleared();
    const { caseId, partyId, module } = query;
    const [chain, ...more] = [caseId, partyId, module].filter((each) => each !== undefined);
    if (more.length > 0)
      throw invalid({
        name: 'caseId',
        code: 'ONE_CHAIN',
        reason: 'Name a case, a party or a module, only one of them.',
      });
    if (chain === undefined) return this.all(query);
    const isHidden = (await this.access.hidden([chain])).has(chain);
    return isHidden ? new ChainCheck(chain).verdict : verifyChain(this.read, chain);
  }

  private async all(query: PageQuery): Promise<Verdicts> {
    const [after] = cursorOf(query, 1) ?? [''];
    const placeOf = ({ subject }: { subject: string }): string[] => [subject];
    const chains = await seenAfter(
      [after ?? ''],
      rowsToRead(query),
      async ([place = ''] = [], limit) => (await chainsAfter(this.read, place, limit)).map((subject) => ({ subject })),
      placeOf,
      (rows) => this.access.hidden(rows.map(({ subject }) => subject)),
    );
    const { data, nextCursor } = pageOf(chains, query, placeOf);
    const verdicts: Verdict[] = [];
    for (const { subject } of data) verdicts.push(await verifyChain(this.read, subject));
    const broken = verdicts.filter(({ intact }) => !intact).length;
    return {
      chains: verdicts.length,
      records: verdicts.reduce((sum, { records }) => sum + records, 0),
      intact: broken === 0,
      broken,
      data: verdicts,
      nextCursor,
    };
  }
}
