import { BoundedContext } from '../../platform/kernel/bounded-context.js';
import { AnswerCaseReference, AnswerCaseReferences } from './answer-case-reference.js';
import { CaseHeader } from './case-header.js';
import { CaseLifecycle } from './case-lifecycle.js';
import { CaseLink, CaseNote } from './case-parts.js';
import { CaseParty } from './case-party.js';
import { CaseController } from './case.controller.js';
import { FollowLifecycle } from './follow-lifecycle.js';
import { PartyNamesProjection } from './party-names.projection.js';
import { RegisterCaseHandler } from './register-case.js';

@BoundedContext({
  name: 'case-registry',
  entities: [CaseHeader, CaseParty, CaseLifecycle, CaseLink, CaseNote],
  controllers: [CaseController],
  providers: [RegisterCaseHandler, AnswerCaseReference, AnswerCaseReferences, PartyNamesProjection, FollowLifecycle],
})
export class CaseRegistryModule {}
