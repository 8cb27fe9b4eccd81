import { Injectable } from '@nestjs/common';
import { requireOpenCase } from '../../casework/closed-cases.js';
import {
  GetInvestigationActions,
  type InvestigationActions,
} from '../../contracts/investigation/get-investigation-actions.js';
import { RECOMMENDATIONS } from '../../contracts/investigation/values.js';
import { currentCall } from '../../platform/base/context.js';
import { ModuleDatabase } from '../../platform/database/module-database.js';
import { Answers, type QuestionHandler } from '../../platform/messaging/handlers.js';
import { type Intent, supposing, weigh } from '../../platform/policy/weigh.js';
import { Allegation } from './allegation.js';
import { Finding } from './finding.js';
import { Investigation } from './investigation.js';
import { investigationPolicies as policies } from './investigation.policies.js';

/** Says what an officer may do in the investigations of a case, by the rules of the commands themselves. */
@Injectable()
@Answers(GetInvestigationActions)
export class AnswerInvestigationActions implements QuestionHandler<GetInvestigationActions, InvestigationActions> {
  constructor(private readonly database: ModuleDatabase) {}

  async answer({ caseId, caseStatus: status }: GetInvestigationActions): Promise<InvestigationActions> {
    const [investigations, allegations, findings] = await Promise.all([
      this.database.find(Investigation, { caseId }),
      this.database.find(Allegation, { caseId }),
      this.database.find(Finding, { caseId }),
    ]);
    const { actor } = currentCall();
    const intents = investigations.flatMap((each) => {
      const isOf = ({ investigationId }: { investigationId: string }): boolean =>
        investigationId === each.investigationId;
      const within = { allegations: allegations.filter(isOf), findings: findings.filter(isOf) };
      const open = (): void => {
        requireOpenCase({ status });
      };
      return intentsOn(each, within, { by: actor.actorId, open });
    });
    return {
      actions: intents.map((intent) => weigh('investigation', intent, actor)),
      submittedInvestigationIds: investigations
        .filter(({ recommendation }) => recommendation !== null)
        .map(({ investigationId }) => investigationId),
    };
  }
}

function intentsOn(
  investigation: Investigation,
  { allegations, findings }: { allegations: readonly Allegation[]; findings: readonly Finding[] },
  { by, open }: { by: string; open: () => void },
): Intent[] {
  const { investigationId, version } = investigation;
  const on = { ids: { investigationId }, aggregate: { id: investigationId, version } };
  const rule = (): void => {
    open();
    investigation.requireOpen();
  };
  return [
    { action: 'RECORD_ALLEGATION', policy: policies.recordAllegation, ...on, rule },
    ...RECOMMENDATIONS.map((recommendation) => ({
      action: 'SUBMIT_FINDINGS',
      policy: policies.submit,
      ...on,
      body: { recommendation },
      rule: () => {
        open();
        supposing(investigation).submit(recommendation, findings.length, { by, at: investigation.openedAt });
      },
    })),
    ...allegations.flatMap(({ allegationId, version: ofAllegation }) => {
      const onIt = { ids: { allegationId }, aggregate: { id: allegationId, version: ofAllegation }, rule };
      return [
        { action: 'AMEND_ALLEGATION', policy: policies.amendAllegation, ...onIt },
        { action: 'RECORD_FINDING', policy: policies.recordFinding, ...onIt },
      ];
    }),
    ...findings.map(({ findingId, version: ofFinding }) => ({
      action: 'AMEND_FINDING',
      policy: policies.amendFinding,
      ids: { findingId },
      aggregate: { id: findingId, version: ofFinding },
      rule,
    })),
  ];
}
