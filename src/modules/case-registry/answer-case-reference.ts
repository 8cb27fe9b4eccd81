import { Injectable } from '@nestjs/common';
import { GetCaseReference, type CaseReference } from '../../contracts/case-registry/get-case-reference.js';
import { GatheredLookup } from '../../platform/database/gathered-lookup.js';
import { ModuleDatabase } from '../../platform/database/module-database.js';
import { Answers, type QuestionHandler } from '../../platform/messaging/handlers.js';
import { CaseHeader } from './case-header.js';
import { CaseLifecycle } from './case-lifecycle.js';
import { CaseParty } from './case-party.js';

/** Whoever lists what belongs to many cases asks about all of them at once: gathered, they share three statements. */
@Injectable()
@Answers(GetCaseReference)
export class AnswerCaseReference implements QuestionHandler<GetCaseReference, CaseReference | null> {
  private readonly references = new GatheredLookup((caseIds) => this.found(caseIds));

  constructor(private readonly database: ModuleDatabase) {}

  async answer({ caseId }: GetCaseReference): Promise<CaseReference | null> {
    return (await this.references.of([caseId])).get(caseId) ?? null;
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
