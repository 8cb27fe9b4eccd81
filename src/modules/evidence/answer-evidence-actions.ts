import { Injectable } from '@nestjs/common';
import { requireOpenCase } from '../../casework/closed-cases.js';
import { GetEvidenceActions, type EvidenceActions } from '../../contracts/evidence/get-evidence-actions.js';
import { Clock } from '../../platform/base/clock.js';
import { currentCall } from '../../platform/base/context.js';
import { ModuleDatabase } from '../../platform/database/module-database.js';
import { Answers, type QuestionHandler } from '../../platform/messaging/handlers.js';
import { type Intent, supposing, weigh } from '../../platform/policy/weigh.js';
import { AccessGrant } from './access-grant.js';
import { requireAddable } from './add-content.js';
import { requireCleared } from './evidence-access.js';
import { EvidenceItem } from './evidence-item.js';
import { evidencePolicies as policies } from './evidence.policies.js';

/** Says what an officer may do with the evidence of a case, by the rules of the commands themselves. */
@Injectable()
@Answers(GetEvidenceActions)
export class AnswerEvidenceActions implements QuestionHandler<GetEvidenceActions, EvidenceActions> {
  constructor(
    private readonly database: ModuleDatabase,
    private readonly clock: Clock,
  ) {}

  async answer({ caseId, caseStatus: status }: GetEvidenceActions): Promise<EvidenceActions> {
    const { actor } = currentCall();
    // Whom an item was granted to is not for everybody's eyes.
    const seesGrants = actor.roles.some((role) => (policies.listGrants.roles as readonly string[]).includes(role));
    const [items, grants] = await Promise.all([
      this.database.find(EvidenceItem, { caseId }),
      seesGrants ? this.database.find(AccessGrant, { caseId }) : [],
    ]);
    const now = this.clock.now();
    const open = (): void => {
      requireOpenCase({ status });
    };
    const register: Intent = {
      action: 'REGISTER_EVIDENCE',
      policy: policies.register,
      ids: {},
      aggregate: { id: caseId, version: 0 },
      rule: open,
    };
    const intents = [
      register,
      ...items.flatMap((item) => [
        ...intentsOn(item, open),
        ...grants
          .filter((grant) => grant.evidenceId === item.evidenceId && grant.isLive(now))
          .map((grant) => revocationOf(grant, item, now)),
      ]),
    ];
    return {
      actions: intents.map((intent) => weigh('evidence', intent, actor)),
      storedEvidence: items
        .filter(({ evidenceVersion }) => evidenceVersion > 0)
        .map(({ evidenceId, evidenceVersion }) => ({ evidenceId, evidenceVersion })),
    };
  }
}

function intentsOn(item: EvidenceItem, open: () => void): Intent[] {
  const { evidenceId, version } = item;
  const on = { ids: { evidenceId }, aggregate: { id: evidenceId, version } };
  const cleared = (): void => {
    requireCleared(item);
  };
  const holding = (held: boolean): Pick<Intent, 'body' | 'rule'> => ({
    body: { held },
    rule: () => {
      requireCleared(item);
      supposing(item).hold(held);
    },
  });
  const adding = (): void => {
    open();
    requireAddable(item);
  };
  return [
    { action: 'ADD_EVIDENCE_CONTENT', policy: policies.addContent, ...on, rule: adding },
    { action: 'CLASSIFY_EVIDENCE', policy: policies.classify, ...on, rule: cleared },
    { action: 'TRANSFER_CUSTODY', policy: policies.transfer, ...on, rule: cleared },
    { action: 'HOLD_EVIDENCE', policy: policies.hold, ...on, ...holding(true) },
    { action: 'RELEASE_EVIDENCE', policy: policies.hold, ...on, ...holding(false) },
    { action: 'GRANT_EVIDENCE_ACCESS', policy: policies.grant, ...on, rule: cleared },
  ];
}

const revocationOf = (grant: AccessGrant, item: EvidenceItem, at: Date): Intent => ({
  action: 'REVOKE_EVIDENCE_ACCESS',
  policy: policies.revoke,
  ids: { evidenceId: item.evidenceId, grantId: grant.grantId },
  aggregate: { id: grant.grantId, version: grant.version },
  rule: () => {
    requireCleared(item);
    supposing(grant).revoke({ by: currentCall().actor.actorId, at });
  },
});
