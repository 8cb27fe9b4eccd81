import { Injectable } from '@nestjs/common';
import { IsOptional, Matches } from 'class-validator';
import { idOf } from '../../contracts/shared/values.js';
import { ModuleDatabase } from '../../platform/database/module-database.js';
import { cursorOf, pageOf, PageQuery, rowsToRead, type Page } from '../../platform/http/page.js';
import { invalid } from '../../platform/refusal.js';
import { requireCleared } from './audit-access.js';
import { ChainCheck, type Verdict } from './chain-check.js';
import { COLUMNS, storedOf, type ReadRow } from './stored-record.js';

/** One of a case, a party and a module names one chain; without any, all chains are verified, a page at a time. */
export class VerificationQuery extends PageQuery {
  @IsOptional()
  @Matches(idOf('case'))
  caseId?: string;

  @IsOptional()
  @Matches(idOf('pty'))
  partyId?: string;

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

const READ_AT_ONCE = 500;

/** Recomputes chains from what lies in the table. Records are read in pages: memory does not grow with a chain. */
@Injectable()
export class VerifyChains {
  constructor(private readonly database: ModuleDatabase) {}

  /** A chain that nothing was ever added to is intact and has no records. */
  run(query: VerificationQuery): Promise<Verdict | Verdicts> {
    requireCleared();
    const { caseId, partyId, module } = query;
    const [chain, ...more] = [caseId, partyId, module].filter((each) => each !== undefined);
    if (more.length > 0)
      throw invalid({
        name: 'caseId',
        code: 'ONE_CHAIN',
        reason: 'Name a case, a party or a module, only one of them.',
      });
    return chain === undefined ? this.all(query) : this.one(chain);
  }

  private async one(chain: string): Promise<Verdict> {
    const check = new ChainCheck(chain);
    for (let after = '0'; ;) {
      const rows = await this.database.query<ReadRow>({
        name: 'audit_chain',
        text: `SELECT ${COLUMNS} FROM audit_record WHERE subject = $1 AND seq > $2 ORDER BY seq LIMIT $3`,
        values: [chain, after, READ_AT_ONCE],
      });
      for (const row of rows) check.take(storedOf(row));
      const last = rows.at(-1);
      if (!last || rows.length < READ_AT_ONCE) return check.verdict;
      after = last.seq;
    }
  }

  private async all(query: PageQuery): Promise<Verdicts> {
    const chains = await this.chainsAfter(query);
    const { data, nextCursor } = pageOf(chains, query, (chain) => [chain]);
    const verdicts: Verdict[] = [];
    for (const chain of data) verdicts.push(await this.one(chain));
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

  /** From chain to chain by the index, one step each: to look at every record for its chain would take as many. */
  private async chainsAfter(query: PageQuery): Promise<string[]> {
    const [after] = cursorOf(query, 1) ?? [''];
    const rows = await this.database.query<{ chain: string }>({
      name: 'audit_chains',
      text: `WITH RECURSIVE step AS (
               (SELECT subject FROM audit_record WHERE subject > $1 ORDER BY subject LIMIT 1)
               UNION ALL
               SELECT (SELECT r.subject FROM audit_record r WHERE r.subject > step.subject ORDER BY r.subject LIMIT 1)
               FROM step WHERE step.subject IS NOT NULL
             )
             SELECT subject AS chain FROM step WHERE subject IS NOT NULL LIMIT $2`,
      values: [after, rowsToRead(query)],
    });
    return rows.map(({ chain }) => chain);
  }
}
