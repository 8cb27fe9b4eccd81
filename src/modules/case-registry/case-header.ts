import { IsBoolean, IsIn, IsISO8601, IsString, Length, Matches, ValidateIf } from 'class-validator';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { CaseHeaderAmended } from '../../contracts/case-registry/case-header-amended.v1.js';
import type { RegisterCase } from '../../contracts/case-registry/register-case.js';
import { CLASSIFICATIONS, type Classification } from '../../contracts/shared/values.js';
import { given } from '../../platform/base/given.js';
import { newId } from '../../platform/base/ids.js';
import { invalid } from '../../platform/base/refusal.js';

const isGiven =
  (field: keyof HeaderAmendment) =>
  (amendment: HeaderAmendment): boolean =>
    amendment[field] !== undefined;

/** What changes in the header; what is left out stays, and null empties what may be empty. */
export class HeaderAmendment {
  @ValidateIf(isGiven('title'))
  @IsString()
  @Length(1, 300)
  title?: string;

  @ValidateIf(({ summary }: HeaderAmendment) => summary !== undefined && summary !== null)
  @IsString()
  @Length(1, 20_000)
  summary?: string | null;

  @ValidateIf(isGiven('classification'))
  @IsIn(CLASSIFICATIONS)
  classification?: Classification;

  @ValidateIf(isGiven('restrictedToTeam'))
  @IsBoolean()
  restrictedToTeam?: boolean;

  @ValidateIf(isGiven('team'))
  @IsString()
  @Length(1, 100)
  team?: string;

  @ValidateIf(({ location }: HeaderAmendment) => location !== undefined && location !== null)
  @IsString()
  @Length(1, 300)
  location?: string | null;

  /** The day the matter reached the regulator, as YYYY-MM-DD. */
  @ValidateIf(({ receivedOn }: HeaderAmendment) => receivedOn !== undefined && receivedOn !== null)
  @Matches(/^\d{4}-\d{2}-\d{2}$/)
  @IsISO8601({ strict: true })
  receivedOn?: string | null;

  /** The day on which it happened, as YYYY-MM-DD. */
  @ValidateIf(({ occurredOn }: HeaderAmendment) => occurredOn !== undefined && occurredOn !== null)
  @Matches(/^\d{4}-\d{2}-\d{2}$/)
  @IsISO8601({ strict: true })
  occurredOn?: string | null;
}

const DAYS = ['receivedOn', 'occurredOn'] as const;

function requireNotToCome(given: Partial<Record<(typeof DAYS)[number], string | null>>, today: string): void {
  for (const name of DAYS)
    if ((given[name] ?? today) > today)
      throw invalid({ name, code: 'NOT_IN_FUTURE', reason: `Write ${today} or an earlier day.` });
}

/** The header of a case, which officers change; its version is the case's ETag. */
@Entity({ name: 'case_header' })
export class CaseHeader {
  @PrimaryColumn({ name: 'case_id', type: 'text' })
  caseId!: string;

  @Column({ type: 'integer' })
  version!: number;

  @Column({ name: 'case_number', type: 'text' })
  caseNumber!: string;

  @Column({ name: 'case_type_code', type: 'text' })
  caseTypeCode!: string;

  @Column({ type: 'text' })
  title!: string;

  @Column({ type: 'text', nullable: true })
  summary!: string | null;

  @Column({ type: 'text' })
  classification!: Classification;

  @Column({ name: 'restricted_to_team', type: 'boolean' })
  restrictedToTeam!: boolean;

  @Column({ type: 'text', nullable: true })
  team!: string | null;

  @Column({ type: 'text', nullable: true })
  location!: string | null;

  @Column({ name: 'received_on', type: 'date', nullable: true })
  receivedOn!: string | null;

  @Column({ name: 'occurred_on', type: 'date', nullable: true })
  occurredOn!: string | null;

  @Column({ name: 'registered_at', type: 'timestamptz' })
  registeredAt!: Date;

  @Column({ name: 'registered_by', type: 'text' })
  registeredBy!: string;

  static register(
    input: RegisterCase,
    {
      caseNumber,
      typeName,
      team,
      by,
      at,
      today,
    }: { caseNumber: string; typeName: string; team: string | null; by: string; at: Date; today: string },
  ): CaseHeader {
    requireNotToCome(input, today);
    return Object.assign(new CaseHeader(), {
      caseId: newId('case'),
      version: 0,
      caseNumber,
      caseTypeCode: input.caseTypeCode,
      title: input.title ?? `${typeName} case`,
      summary: input.summary ?? null,
      classification: input.classification ?? 'INTERNAL',
      restrictedToTeam: input.restrictedToTeam ?? false,
      team: input.team ?? team,
      location: input.location ?? null,
      receivedOn: input.receivedOn ?? null,
      occurredOn: input.occurredOn ?? null,
      registeredAt: at,
      registeredBy: by,
    });
  }

  /**
   * @param today of the authority
   * @throws VALIDATION_FAILED for a day that is still to come
   */
  amend(amendment: HeaderAmendment, today: string): void {
    requireNotToCome(amendment, today);
    Object.assign(this, given(amendment));
  }

  /** As it is after an amendment. */
  amended(): CaseHeaderAmended {
    const { caseId, title, classification, restrictedToTeam, team, location, receivedOn, occurredOn } = this;
    return { caseId, title, classification, restrictedToTeam, team, location, receivedOn, occurredOn };
  }
}
