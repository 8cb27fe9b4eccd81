import { Injectable } from '@nestjs/common';
import { GetDecisionActions } from '../../contracts/decision/get-decision-actions.js';
import { GetEvidenceActions } from '../../contracts/evidence/get-evidence-actions.js';
import { GetInvestigationActions } from '../../contracts/investigation/get-investigation-actions.js';
import type { PermittedAction } from '../../contracts/shared/permitted-action.js';
import { currentCall } from '../../platform/base/context.js';
import { Bus } from '../../platform/messaging/bus.js';
import { type Intent, weigh } from '../../platform/policy/weigh.js';
import { requireSubject } from './case-party.js';
import { casePolicies } from './case-registry.policies.js';
import { ReadCase, type WholeCase } from './read-case.js';

export interface PermittedActions {
  data: { caseId: string; actions: PermittedAction[] };
}

/**
 * What the caller may do about a case now. Every owner answers for its own commands; whoever does not answer in time
 * leaves no part of an answer, because a command that is left out looks like one that does not exist.
 */
@Injectable()
export class ReadPermittedActions {
  constructor(
    private readonly bus: Bus,
    private readonly readCase: ReadCase,
  ) {}

  /** @throws NOT_FOUND; OWNER_UNAVAILABLE */
  async of(caseId: string): Promise<PermittedActions> {
    const whole = await this.readCase.whole(caseId);
    const asked = { caseId, caseStatus: whole.status };
    const [investigation, evidence] = await Promise.all([
      this.bus.ask<GetInvestigationActions>(GetInvestigationActions, asked),
      this.bus.ask<GetEvidenceActions>(GetEvidenceActions, asked),
    ]);
    const { submittedInvestigationIds } = investigation;
    const { storedEvidence } = evidence;
    // Decision's rules rest on what these two have just answered.
    const decision = await this.bus.ask(GetDecisionActions, { ...asked, submittedInvestigationIds, storedEvidence });
    const { actor } = currentCall();
    const own = intentsOn(whole).map((intent) => weigh('case-registry', intent, actor));
    return { data: { caseId, actions: [...own, ...investigation.actions, ...evidence.actions, ...decision] } };
  }
}

function intentsOn({ caseId, version, parties }: WholeCase): Intent[] {
  const on = { ids: { caseId }, aggregate: { id: caseId, version } };
  return [
    { action: 'AMEND_CASE_HEADER', policy: casePolicies.amend, ...on },
    { action: 'ADD_CASE_PARTY', policy: casePolicies.addParty, ...on },
    ...parties.map((party) => ({
      action: 'REMOVE_CASE_PARTY',
      policy: casePolicies.removeParty,
      ...on,
      query: { partyId: party.partyId, role: party.role },
      rule: () => {
        requireSubject(parties.filter((each) => each !== party));
      },
    })),
    { action: 'LINK_CASE', policy: casePolicies.link, ...on },
    { action: 'WRITE_CASE_NOTE', policy: casePolicies.note, ...on },
  ];
}
