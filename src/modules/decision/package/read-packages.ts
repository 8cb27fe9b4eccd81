import { Injectable } from '@nestjs/common';
import { Matches } from 'class-validator';
import { LessThan } from 'typeorm';
import { idOf } from '../../../contracts/shared/values.js';
import { ModuleDatabase } from '../../../platform/database/module-database.js';
import { cursorOf, pageOf, PageQuery, rowsToRead, type Page } from '../../../platform/http/page.js';
import { CaseAccess } from '../case-access.js';
import { PresentClearance } from '../present-clearance.js';
import { DecisionPackage } from './decision-package.js';
import { FindPackage } from './find-package.js';
import { EvidenceSnapshot, FindingSnapshot, PackageRejection, PackageSubmission } from './package-snapshot.js';
import { showSnapshot, type ShownSnapshot } from './show-snapshot.js';

/** What belongs to one case. */
export class OfCaseQuery extends PageQuery {
  /** Of this case alone. */
  @Matches(idOf('case'))
  caseId!: string;
}

export type ShownPackage = DecisionPackage & { snapshot: ShownSnapshot | null };

const byItemAndVersion = (one: EvidenceSnapshot, other: EvidenceSnapshot): number =>
  one.evidenceId === other.evidenceId
    ? one.evidenceVersion - other.evidenceVersion
    : one.evidenceId < other.evidenceId
      ? -1
      : 1;

/** The owner's answers about packages, to whoever may see the case. */
@Injectable()
export class ReadPackages {
  constructor(
    private readonly database: ModuleDatabase,
    private readonly packages: FindPackage,
    private readonly cases: CaseAccess,
    private readonly clearance: PresentClearance,
  ) {}

  /** With what its last submission captured; null while it is a draft. @throws NOT_FOUND */
  async one(decisionPackageId: string): Promise<ShownPackage> {
    const { found } = await this.packages.byId(decisionPackageId);
    const [snapshot = null] = await this.snapshots(decisionPackageId, [found.submission]);
    return Object.assign(found, { snapshot });
  }

  /** Every submission's snapshot, the last first. @throws NOT_FOUND */
  async submissions(decisionPackageId: string, query: PageQuery): Promise<Page<ShownSnapshot>> {
    const { found } = await this.packages.byId(decisionPackageId);
    const [after] = cursorOf(query, 1) ?? [];
    const newest = after === undefined ? found.submission : (Number.parseInt(after, 10) || 1) - 1;
    const wanted = Array.from({ length: Math.min(rowsToRead(query), newest) }, (_, index) => newest - index);
    const shown = await this.snapshots(decisionPackageId, wanted);
    return pageOf(shown, query, ({ submission }) => [String(submission)]);
  }

  /** Of a case, newest first; none of a case that the caller may not see, as of one that is not there. */
  async list(query: OfCaseQuery): Promise<Page<DecisionPackage>> {
    const { caseId } = query;
    if (!(await this.cases.find(caseId))) return { data: [], nextCursor: null };
    const [after] = cursorOf(query, 1) ?? [];
    const rows = await this.database.source.manager.find(DecisionPackage, {
      where: { caseId, ...(after && { decisionPackageId: LessThan(after) }) },
      order: { decisionPackageId: 'DESC' },
      take: rowsToRead(query),
    });
    return pageOf(rows, query, ({ decisionPackageId }) => [decisionPackageId]);
  }

  private async snapshots(decisionPackageId: string, wanted: readonly number[]): Promise<ShownSnapshot[]> {
    if (wanted.length === 0) return [];
    const where = { decisionPackageId, submission: wanted };
    const [submissions, findings, evidence, rejections] = await Promise.all([
      this.database.find(PackageSubmission, where),
      this.database.find(FindingSnapshot, where),
      this.database.find(EvidenceSnapshot, where),
      this.database.find(PackageRejection, where),
    ]);
    const [clearedParties, clearedEvidence] = await Promise.all([
      this.clearance.ofParties(submissions.map(({ partyId }) => partyId)),
      this.clearance.ofEvidence(evidence.map(({ evidenceId }) => evidenceId)),
    ]);
    const cleared = { parties: clearedParties, evidence: clearedEvidence };
    return submissions
      .sort((one, other) => other.submission - one.submission)
      .map((submission) => {
        const isOfIt = (each: { submission: number }): boolean => each.submission === submission.submission;
        const snapshot = {
          submission,
          findings: findings.filter(isOfIt).sort((a, b) => (a.findingId < b.findingId ? -1 : 1)),
          evidence: evidence.filter(isOfIt).sort(byItemAndVersion),
        };
        return showSnapshot(snapshot, rejections.find(isOfIt), cleared);
      });
  }
}
