import { Injectable } from '@nestjs/common';
import { IsBoolean, IsIn, IsString, Length, ValidateIf } from 'class-validator';
import { CaseHeaderAmended } from '../../contracts/case-registry/case-header-amended.v1.js';
import { CLASSIFICATIONS, type Classification } from '../../contracts/shared/values.js';
import type { Answer } from '../../platform/messaging/answer.js';
import { Work } from '../../platform/messaging/work.js';
import { invalid } from '../../platform/base/refusal.js';
import { loadReadable } from './case-access.js';

const given =
  (field: keyof HeaderAmendment) =>
  (amendment: HeaderAmendment): boolean =>
    amendment[field] !== undefined;

/** What changes in the header; what is left out stays, and null empties what may be empty. */
export class HeaderAmendment {
  @ValidateIf(given('title'))
  @IsString()
  @Length(1, 300)
  title?: string;

  @ValidateIf(({ summary }: HeaderAmendment) => summary !== undefined && summary !== null)
  @IsString()
  @Length(1, 20_000)
  summary?: string | null;

  @ValidateIf(given('classification'))
  @IsIn(CLASSIFICATIONS)
  classification?: Classification;

  @ValidateIf(given('restrictedToTeam'))
  @IsBoolean()
  restrictedToTeam?: boolean;

  @ValidateIf(given('team'))
  @IsString()
  @Length(1, 100)
  team?: string;

  @ValidateIf(({ location }: HeaderAmendment) => location !== undefined && location !== null)
  @IsString()
  @Length(1, 300)
  location?: string | null;
}

@Injectable()
export class AmendHeader {
  constructor(private readonly work: Work) {}

  run(caseId: string, amendment: HeaderAmendment): Promise<Answer> {
    if (Object.values(amendment).every((value) => value === undefined))
      throw invalid({ name: 'body', code: 'IS_NOT_EMPTY', reason: 'Name at least one field to amend.' });
    return this.work.run(async (tx) => {
      const header = await loadReadable(tx, caseId);
      tx.requireExpected(header);
      header.amend(amendment);
      const { title, classification, restrictedToTeam, team, location } = header;
      tx.publish(header, CaseHeaderAmended, { caseId, title, classification, restrictedToTeam, team, location });
      tx.audit({
        eventType: 'CaseHeaderAmendedAudit',
        action: 'AMEND_CASE_HEADER',
        subject: { caseId },
        subjectVersion: header.version,
        dataUsed: [`${caseId}@${header.version - 1}`],
      });
      return { body: { caseId }, of: header };
    });
  }
}
