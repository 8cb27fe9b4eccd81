import { Injectable } from '@nestjs/common';
import { ModuleDatabase } from '../../platform/database/module-database.js';

/** An allegation has the reference of its case. */
export type Subject = 'CASE' | 'PARTY' | 'ALLEGATION';

/** Which case, party or allegation a reference stands for, or which row is about to find out. */
export interface ExternalReference {
  subject: Subject;
  reference: string;
  /** Of the case, party or allegation; null while the row that claims the reference has not been answered. */
  subjectId: string | null;
  caseNumber: string | null;
  /** The row that claims it or has settled it. */
  importId: string;
  rowNumber: number;
  claimedAt: Date;
}

/** What a row refers to. */
export interface Referring {
  reference: string;
  partyReference: string;
}

/** References as they were read, to be looked up by row. */
export class KnownReferences {
  private readonly known: ReadonlyMap<string, ExternalReference>;

  constructor(references: readonly ExternalReference[]) {
    this.known = new Map(references.map((each) => [`${each.subject} ${each.reference}`, each]));
  }

  caseOf({ reference }: Referring): ExternalReference | undefined {
    return this.known.get(`CASE ${reference}`);
  }

  partyOf({ partyReference }: Referring): ExternalReference | undefined {
    return this.known.get(`PARTY ${partyReference}`);
  }

  allegationOf({ reference }: Referring): ExternalReference | undefined {
    return this.known.get(`ALLEGATION ${reference}`);
  }
}

/** Intake's own memory of what was imported: it outlives idempotency keys, which are kept for a day. */
@Injectable()
export class ExternalReferences {
  constructor(private readonly database: ModuleDatabase) {}

  async of(rows: readonly Referring[]): Promise<KnownReferences> {
    const found = await this.database.query<ExternalReference>({
      name: 'external_references',
      text: `SELECT subject, reference, subject_id AS "subjectId", case_number AS "caseNumber",
               import_id AS "importId", row_number AS "rowNumber", claimed_at AS "claimedAt"
             FROM external_reference
             WHERE (subject IN ('CASE', 'ALLEGATION') AND reference = ANY ($1)) OR (subject = 'PARTY' AND reference = ANY ($2))`,
      values: [rows.map(({ reference }) => reference), rows.map(({ partyReference }) => partyReference)],
    });
    return new KnownReferences(found);
  }
}
