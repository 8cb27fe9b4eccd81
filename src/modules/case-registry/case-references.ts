import { Injectable } from '@nestjs/common';
import type { CaseReference } from '../../contracts/case-registry/get-case-reference.js';
import { GatheredLookup } from '../../platform/database/gathered-lookup.js';
import { ModuleDatabase } from '../../platform/database/module-database.js';
import { CaseHeader } from './case-header.js';
import { CaseLifecycle } from './case-lifecycle.js';
import { CaseParty } from './case-party.js';

/** What others may know of cases. Questions that come at the same time share three statements. */
@Injectable()
export class CaseReferences {
  private readonly references = new GatheredLookup((caseIds) => this.found(caseIds));

  constructor(private readonly database: ModuleDatabase) {}

  /** By id, those of the cases that there are. */
  of(caseIds: readonly string[]): Promise<ReadonlyMap<string, CaseReference>> {
    return this.references.of(caseIds);
  }

  private async found(caseIds: readonly string[]): Promise<Map<string, CaseReference>> {
    const caseId = [...caseIds];
    const [headers, lifecycles, inRole] = await Promise.all([
      this.database.find(CaseHeader, { caseId }),
      this.database.find(CaseLifecycle, { caseId }),
      this.database.find(CaseParty, { caseId }),
    ]);
    const lifecycleOf = new Map(lifecycles.map((each) => [each.caseId, each]));
    return new Map(
      headers.flatMap((header) => {
        const lifecycle = lifecycleOf.get(header.caseId);
        const parties = inRole.filter((each) => each.caseId === header.caseId);
        return lifecycle ? [[header.caseId, referenceTo(header, lifecycle, parties)] as const] : [];
      }),
    );
  }
}

const referenceTo = (
  { caseId, caseNumber, classification, restrictedToTeam, team, version }: CaseHeader,
  { status }: CaseLifecycle,
  inRole: readonly CaseParty[],
): CaseReference => {
  const parties = inRole.map(({ partyId, role }) => ({ partyId, role }));
  return { caseId, caseNumber, status, classification, restrictedToTeam, team, version, parties };
};
