import { BoundedContext } from '../../platform/kernel/bounded-context.js';
import { AddParty } from './add-party.js';
import { AmendHeader } from './amend-header.js';
import { AnswerCaseReference, AnswerCaseReferences } from './answer-case-reference.js';
import { CaseHeader } from './case-header.js';
import { CaseLifecycle } from './case-lifecycle.js';
import { CaseLink, CaseNote } from './case-parts.js';
import { CaseParty } from './case-party.js';
import { CaseController } from './case.controller.js';
import { CaseReferences } from './case-references.js';
import { CaseTypes } from './case-types.js';
import { FindCases } from './find-cases.js';
import { FollowLifecycle } from './follow-lifecycle.js';
import { LinkCase } from './link-case.js';
import { NameParties } from './name-parties.js';
import { PartyNamesProjection } from './party-names.projection.js';
import { ReadCase } from './read-case.js';
import { ReadPermittedActions } from './read-permitted-actions.js';
import { ReadCaseParties } from './read-case-parties.js';
import { RegisterCaseHandler } from './register-case.js';
import { RemoveParty } from './remove-party.js';
import { WriteNote } from './write-note.js';

@BoundedContext({
  name: 'case-registry',
  entities: [CaseHeader, CaseParty, CaseLifecycle, CaseLink, CaseNote],
  controllers: [CaseController],
  providers: [
    RegisterCaseHandler,
    AmendHeader,
    AddParty,
    RemoveParty,
    LinkCase,
    WriteNote,
    FindCases,
    ReadCase,
    ReadPermittedActions,
    ReadCaseParties,
    CaseReferences,
    AnswerCaseReference,
    AnswerCaseReferences,
    CaseTypes,
    NameParties,
    PartyNamesProjection,
    FollowLifecycle,
  ],
})
export class CaseRegistryModule {}
