import { Injectable } from '@nestjs/common';
import { IsOptional, IsString, Length, Matches } from 'class-validator';
import { idOf } from '../../contracts/shared/values.js';
import { readableRows, callerAsReader, valuesOf } from '../../casework/visibility.js';
import { ModuleDatabase } from '../../platform/database/module-database.js';
import { cursorOf, pageOf, PageQuery, rowsToRead, type Page } from '../../platform/http/page.js';

export class CaseQuery extends PageQuery {
  /** Words of the title or the beginning of the number, in any case. */
  @IsOptional()
  @IsString()
  @Length(1, 200)
  search?: string;

  /** The whole case number, such as WAT-2026-000001. */
  @IsOptional()
  @Matches(/^[A-Z]{2,10}-\d{4}-\d{6,}$/)
  number?: string;

  /** Cases in which the party, or one that was merged into it, has a role. */
  @IsOptional()
  @Matches(idOf('pty'))
  partyId?: string;

  /** Cases that stand so now, such as UNDER_INVESTIGATION. */
  @IsOptional()
  @Matches(/^[A-Z_]{1,40}$/)
  status?: string;
}

/** A case in a list. */
export interface ListedCase {
  caseId: string;
  caseNumber: string;
  status: string;
  caseTypeCode: string;
  title: string;
  classification: string;
  registeredAt: Date;
  version: number;
}

const literal = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

/** The owner's list of cases that the reader may see, newest first. */
@Injectable()
export class FindCases {
  constructor(private readonly database: ModuleDatabase) {}

  async list(query: CaseQuery): Promise<Page<ListedCase>> {
    const [after] = cursorOf(query, 1) ?? [];
    const values: unknown[] = valuesOf(callerAsReader());
    const add = (value: unknown): string => `$${values.push(value)}`;
    const conditions = [readableRows('h', 1)];
    if (after) conditions.push(`h.case_id < ${add(after)}`);
    if (query.number) conditions.push(`h.case_number = ${add(query.number)}`);
    if (query.status) conditions.push(`l.status = ${add(query.status)}`);
    if (query.search) {
      const words = add(`%${literal(query.search)}%`);
      conditions.push(`(h.title ILIKE ${words} OR h.case_number ILIKE ${add(`${literal(query.search)}%`)})`);
    }
    if (query.partyId) {
      const party = add(query.partyId);
      conditions.push(`h.case_id IN (SELECT case_id FROM case_party WHERE party_id = ${party}
        OR party_id IN (SELECT party_id FROM party_name WHERE merged_into = ${party}))`);
    }
    const rows = await this.database.query<ListedCase>({
      text: `SELECT h.case_id AS "caseId", h.case_number AS "caseNumber", l.status, h.case_type_code AS "caseTypeCode",
               h.title, h.classification, h.registered_at AS "registeredAt", h.version
             FROM case_header h JOIN case_lifecycle l USING (case_id)
             WHERE ${conditions.join(' AND ')} ORDER BY h.case_id DESC LIMIT ${add(rowsToRead(query))}`,
      values,
    });
    return pageOf(rows, query, ({ caseId }) => [caseId]);
  }
}
