import { Injectable } from '@nestjs/common';
import { Matches } from 'class-validator';
import { MoreThan } from 'typeorm';
import type { CaseReference } from '../../contracts/case-registry/get-case-reference.js';
import { idOf } from '../../contracts/shared/values.js';
import { ModuleDatabase } from '../../platform/database/module-database.js';
import { cursorOf, pageOf, PageQuery, rowsToRead, type Page } from '../../platform/http/page.js';
import { redactedIf, type Redacted } from '../../platform/policy/redacted.js';
import { refuse } from '../../platform/base/refusal.js';
import { Allegation } from './allegation.js';
import { Cases } from './cases.js';
import { EvidenceOfCase } from './evidence-of-case.js';
import { Finding } from './finding.js';
import { Investigation } from './investigation.js';

export class OfCaseQuery extends PageQuery {
  /** Of this case alone. */
  @Matches(idOf('case'))
  caseId!: string;
}

/** Evidence under a finding that was reclassified after the finding referred to it. */
export interface Reclassification {
  evidenceId: string;
  from: string;
  to: string;
  at: Date;
}

/** A finding as its reader may see it: evidence above their clearance is not given away by its statement. */
export type ReadFinding = Omit<
  Finding,
  'statement' | 'classificationsHeard' | 'amend' | 'published' | 'evidenceNamed'
> & {
  statement: string | null;
  reclassifiedEvidence: Reclassification[];
} & Redacted<'statement' | 'evidenceRefs'>;

type Listed = 'investigation' | 'allegation' | 'finding';
const ENTITIES = { investigation: Investigation, allegation: Allegation, finding: Finding } as const;

/** The owner's answers about investigations, within what the reader may see of their cases. */
@Injectable()
export class FindInvestigations {
  constructor(
    private readonly database: ModuleDatabase,
    private readonly cases: Cases,
    private readonly evidence: EvidenceOfCase,
  ) {}

  /** @throws NOT_FOUND when there is none or its case is not the caller's to see */
  async one<Kind extends Listed>(
    kind: Kind,
    id: string,
  ): Promise<{ found: InstanceType<(typeof ENTITIES)[Kind]>; of: CaseReference }> {
    const [found] = await this.database.find<Investigation | Allegation | Finding>(ENTITIES[kind], {
      [`${kind}Id`]: id,
    });
    if (!found) throw refuse.NOT_FOUND();
    return {
      found: found as InstanceType<(typeof ENTITIES)[Kind]>,
      of: await this.cases.readable(found.caseId),
    };
  }

  async finding(findingId: string): Promise<ReadFinding> {
    const { found } = await this.one('finding', findingId);
    const [shown] = await this.shown([found]);
    if (!shown) throw refuse.NOT_FOUND();
    return shown;
  }

  /** Those of a case, oldest first. */
  async list<Kind extends Listed>(
    kind: Kind,
    query: OfCaseQuery,
  ): Promise<Page<InstanceType<(typeof ENTITIES)[Kind]>>> {
    await this.cases.readable(query.caseId);
    const [after] = cursorOf(query, 1) ?? [''];
    const key = `${kind}Id`;
    const rows = await this.database.source.manager.find<Investigation | Allegation | Finding>(ENTITIES[kind], {
      where: { caseId: query.caseId, [key]: MoreThan(after) },
      order: { [key]: 'ASC' },
      take: rowsToRead(query),
    });
    return pageOf(rows as InstanceType<(typeof ENTITIES)[Kind]>[], query, (row) => [
      (row as unknown as Record<string, string>)[key] ?? '',
    ]);
  }

  async findings(query: OfCaseQuery): Promise<Page<ReadFinding>> {
    const { data, nextCursor } = await this.list('finding', query);
    return { data: await this.shown(data), nextCursor };
  }

  private async shown(findings: readonly Finding[]): Promise<ReadFinding[]> {
    const [cleared, marks] = await Promise.all([
      this.evidence.cleared(findings.flatMap(({ evidenceRefs }) => evidenceRefs)),
      this.marksOf(findings),
    ]);
    return findings.map(({ classificationsHeard, ...finding }) => {
      const evidenceRefs = finding.evidenceRefs.filter(({ evidenceId }) => cleared.has(evidenceId));
      const withheld = evidenceRefs.length < finding.evidenceRefs.length;
      return {
        ...finding,
        statement: withheld ? null : finding.statement,
        evidenceRefs,
        reclassifiedEvidence: marks
          .filter(({ evidenceId, version }) => version > (classificationsHeard[evidenceId] ?? Infinity))
          .map(({ evidenceId, from, to, at }) => ({ evidenceId, from, to, at })),
        ...redactedIf({ statement: withheld, evidenceRefs: withheld }),
      };
    });
  }

  private marksOf(findings: readonly Finding[]): Promise<(Reclassification & { version: number })[]> {
    return this.database.query<Reclassification & { version: number }>({
      name: 'reclassifications',
      text: `SELECT evidence_id AS "evidenceId", classification_version AS version, from_classification AS "from",
               to_classification AS "to", reclassified_at AS at
             FROM reclassified_evidence WHERE evidence_id = ANY ($1) ORDER BY reclassified_at, evidence_id, version`,
      values: [findings.flatMap(({ evidenceRefs }) => evidenceRefs.map(({ evidenceId }) => evidenceId))],
    });
  }
}
