import { Injectable } from '@nestjs/common';
import { IsNull, LessThan, Not } from 'typeorm';
import { ModuleDatabase } from '../../../platform/database/module-database.js';
import { cursorOf, pageOf, rowsToRead, type Page, type PageQuery } from '../../../platform/http/page.js';
import { redactedIf, type Redacted } from '../../../platform/policy/redacted.js';
import { CaseAccess } from '../case-access.js';
import { DecisionPackage } from '../package/decision-package.js';
import { FindPackage } from '../package/find-package.js';
import type { OfCaseQuery } from '../package/read-packages.js';
import { PresentClearance } from '../present-clearance.js';
import { decidedOutcome, DecisionVersion } from './decision-version.js';

/** A version as its reader may see it. The reasoning is never in it: it has an endpoint of its own. */
export type ShownVersion = Omit<DecisionVersion, 'partyNameAtDecision' | 'corrected'> & {
  partyNameAtDecision: string | null;
  obligationRequired: boolean;
  addressees: string[];
} & Redacted<'reasoning' | 'partyNameAtDecision'>;

export type ShownDecision = ShownVersion & { version: number; status: 'FINALIZED'; finalizedAt: Date | null };

/** The owner's answers about decisions, to whoever may see the case. */
@Injectable()
export class ReadDecisions {
  constructor(
    private readonly database: ModuleDatabase,
    private readonly packages: FindPackage,
    private readonly cases: CaseAccess,
    private readonly clearance: PresentClearance,
  ) {}

  /** At its present version. @throws NOT_FOUND */
  async one(decisionId: string): Promise<ShownDecision> {
    const { found } = await this.packages.ofDecision(decisionId);
    const [shown] = await this.shown([found]);
    if (!shown) throw new Error('A decision has no version.');
    return shown;
  }

  /** Every version that it has had, the last first. @throws NOT_FOUND */
  async versions(decisionId: string, query: PageQuery): Promise<Page<ShownVersion>> {
    await this.packages.ofDecision(decisionId);
    const [after] = cursorOf(query, 1) ?? [];
    const rows = await this.database.source.manager.find(DecisionVersion, {
      where: { decisionId, ...(after && { decisionVersion: LessThan(Number.parseInt(after, 10) || 0) }) },
      order: { decisionVersion: 'DESC' },
      take: rowsToRead(query),
    });
    return pageOf(await this.show(rows), query, ({ decisionVersion }) => [String(decisionVersion)]);
  }

  /** Of a case, newest first; none of a case that the caller may not see, as of one that is not there. */
  async list(query: OfCaseQuery): Promise<Page<ShownDecision>> {
    const { caseId } = query;
    if (!(await this.cases.find(caseId))) return { data: [], nextCursor: null };
    const [after] = cursorOf(query, 1) ?? [];
    const rows = await this.database.source.manager.find(DecisionPackage, {
      where: { caseId, decisionId: after ? LessThan(after) : Not(IsNull()) },
      order: { decisionId: 'DESC' },
      take: rowsToRead(query),
    });
    return pageOf(await this.shown(rows), query, ({ decisionId }) => [decisionId]);
  }

  private async shown(packages: readonly DecisionPackage[]): Promise<ShownDecision[]> {
    if (packages.length === 0) return [];
    const decisionId = packages.flatMap((each) => each.decisionId ?? []);
    const versions = await this.show(await this.database.find(DecisionVersion, { decisionId }));
    return packages.flatMap(({ decisionId: id, decisionVersion, version, finalizedAt }) => {
      const present = versions.find((each) => each.decisionId === id && each.decisionVersion === decisionVersion);
      return present ? [{ ...present, version, status: 'FINALIZED' as const, finalizedAt }] : [];
    });
  }

  private async show(versions: readonly DecisionVersion[]): Promise<ShownVersion[]> {
    const cleared = await this.clearance.ofParties(versions.map(({ subjectPartyId }) => subjectPartyId));
    return versions.map((version) => {
      const nameShown = cleared.has(version.subjectPartyId);
      const { obligationRequired, addressees } = decidedOutcome(version);
      return {
        ...version,
        partyNameAtDecision: nameShown ? version.partyNameAtDecision : null,
        obligationRequired,
        addressees,
        ...redactedIf({ reasoning: true, partyNameAtDecision: !nameShown }),
      };
    });
  }
}
