import { Injectable } from '@nestjs/common';
import { IntersectionType } from '@nestjs/swagger';
import { ModuleDatabase } from '../../platform/database/module-database.js';
import { pageOf, PageQuery, rowsToRead, type Page } from '../../platform/http/page.js';
import { ReadModels, type ProjectionState, type Touched } from '../../platform/projections/read-models.js';
import { DEFAULT_WAIT_MS, WaitQuery } from '../../platform/projections/wait-query.js';
import { refuse } from '../../platform/base/refusal.js';
import { AuditAccess } from './audit-access.js';
import { isCount, placeAfter } from './place-after.js';
import { COLUMNS, shown, type ReadRow, type ShownRecord } from './stored-record.js';

export class TrailQuery extends IntersectionType(PageQuery, WaitQuery) {}

export interface Trail extends Page<ShownRecord> {
  projection: ProjectionState;
  waitedFor?: 'TIMED_OUT';
}

/** Everything that was done to one case. */
@Injectable()
export class ReadTrail {
  constructor(
    private readonly database: ModuleDatabase,
    private readonly readModels: ReadModels,
    private readonly access: AuditAccess,
  ) {}

  /**
   * In the order of the case's chain, which is that of arrival: what arrives late comes at the end, so that nobody who
   * pages misses it.
   * @throws NOT_FOUND when there is no record of the case, or it is above the caller's clearance
   */
  async of(caseId: string, query: TrailQuery): Promise<Trail> {
    this.access.requireCleared();
    const [after] = placeAfter(query, [isCount]) ?? ['0'];
    const { waitForEventId, timeoutMs = DEFAULT_WAIT_MS } = query;
    const arrived =
      waitForEventId === undefined || (await this.readModels.waitFor('records', waitForEventId, timeoutMs));
    const rows = await this.database.query<ReadRow>({
      name: 'audit_trail',
      text: `SELECT ${COLUMNS} FROM audit_record WHERE subject = $1 AND seq > $2 ORDER BY seq LIMIT $3`,
      values: [caseId, after, rowsToRead(query)],
    });
    // Last of all: whether there is such a case does not show in how long the answer takes, either.
    const [last, hidden] = await Promise.all([this.lastOf(caseId), this.access.hidden([caseId])]);
    if (!last || hidden.has(caseId)) throw refuse.NOT_FOUND();
    return {
      ...pageOf(rows.map(shown), query, ({ seq }) => [String(seq)]),
      projection: await this.readModels.state('records', last, [caseId]),
      ...(!arrived && { waitedFor: 'TIMED_OUT' as const }),
    };
  }

  private async lastOf(caseId: string): Promise<Touched | undefined> {
    const [last] = await this.database.query<Touched & object>({
      name: 'audit_trail_last',
      text: `SELECT event_id AS "lastEventId", occurred_at AS "lastEventOccurredAt", recorded_at AS "projectedAt"
             FROM audit_record WHERE subject = $1 ORDER BY seq DESC LIMIT 1`,
      values: [caseId],
    });
    return last;
  }
}
