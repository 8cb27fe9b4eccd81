import { Injectable } from '@nestjs/common';
import { IsISO8601, IsOptional, IsString, Length, Matches } from 'class-validator';
import { idOf } from '../../contracts/shared/values.js';
import { ModuleDatabase } from '../../platform/database/module-database.js';
import { pageOf, PageQuery, rowsToRead, type Page } from '../../platform/http/page.js';
import { refuse } from '../../platform/base/refusal.js';
import { AuditAccess } from './audit-access.js';
import { isText, isTime, placeAfter } from './place-after.js';
import { seenAfter } from './seen-after.js';
import { COLUMNS, shown, type ReadRow, type ShownRecord } from './stored-record.js';

/** A date, or a time in UTC. */
const UTC = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?Z)?$/;

export class RecordQuery extends PageQuery {
  /** Records of this case alone. */
  @IsOptional()
  @Matches(idOf('case'))
  caseId?: string;

  /** Records of cases name the party too, where the command did. */
  @IsOptional()
  @Matches(idOf('pty'))
  partyId?: string;

  /** Records of what this officer did. */
  @IsOptional()
  @IsString()
  @Length(1, 200)
  actorId?: string;

  /** Records of this action, such as REGISTER_CASE. */
  @IsOptional()
  @Matches(/^[A-Z][A-Z0-9_]{0,99}$/)
  action?: string;

  /** At this time or later. */
  @IsOptional()
  @Matches(UTC)
  @IsISO8601({ strict: true })
  from?: string;

  /** Before this time. */
  @IsOptional()
  @Matches(UTC)
  @IsISO8601({ strict: true })
  to?: string;
}

const FILTERS = { caseId: 'case_id', partyId: 'party_id', actorId: 'actor_id', action: 'action' } as const;

/** Audit records wherever they belong. */
@Injectable()
export class FindRecords {
  constructor(
    private readonly database: ModuleDatabase,
    private readonly access: AuditAccess,
  ) {}

  /** @throws NOT_FOUND when there is no such record, or its case or party is above the caller's clearance */
  async one(auditId: string): Promise<ShownRecord> {
    this.access.requireCleared();
    const [row] = await this.database.query<ReadRow>({
      name: 'audit_record',
      text: `SELECT ${COLUMNS} FROM audit_record WHERE audit_id = $1`,
      values: [auditId],
    });
    if (!row || (await this.access.hidden([row.subject])).has(row.subject)) throw refuse.NOT_FOUND();
    return shown(row);
  }

  /** Oldest first, by the time at which it happened; without those of cases and parties above the caller's clearance. */
  async list(query: RecordQuery): Promise<Page<ShownRecord>> {
    this.access.requireCleared();
    const found = await seenAfter(
      placeAfter(query, [isTime, isText]),
      rowsToRead(query),
      (after, limit) => this.recordsAfter(query, after, limit),
      placeOf,
      (rows) => this.access.hidden(rows.map(({ subject }) => subject)),
    );
    const page = pageOf(found, query, placeOf);
    return { ...page, data: page.data.map(shown) };
  }

  private recordsAfter(query: RecordQuery, after: readonly string[] | undefined, limit: number): Promise<ReadRow[]> {
    const values: unknown[] = [];
    const add = (value: unknown): string => `$${values.push(value)}`;
    const conditions = ['true'];
    for (const [name, column] of Object.entries(FILTERS)) {
      const wanted = query[name as keyof typeof FILTERS];
      if (wanted !== undefined) conditions.push(`${column} = ${add(wanted)}`);
    }
    if (query.from) conditions.push(`occurred_at >= ${add(new Date(query.from))}`);
    if (query.to) conditions.push(`occurred_at < ${add(new Date(query.to))}`);
    if (after) {
      const [time = '', auditId] = after;
      conditions.push(`(occurred_at, audit_id) > (${add(new Date(time))}, ${add(auditId)})`);
    }
    return this.database.query<ReadRow>({
      text: `SELECT ${COLUMNS} FROM audit_record WHERE ${conditions.join(' AND ')}
             ORDER BY occurred_at, audit_id LIMIT ${add(limit)}`,
      values,
    });
  }
}

const placeOf = ({ occurred_at, audit_id }: ReadRow): string[] => [occurred_at.toISOString(), audit_id];
