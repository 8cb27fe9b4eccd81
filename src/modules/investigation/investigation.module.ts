import { BoundedContext } from '../../platform/kernel/bounded-context.js';
import { AllegationController } from './allegation.controller.js';
import { Allegation } from './allegation.js';
import { AmendAllegation } from './amend-allegation.js';
import { AmendFinding } from './amend-finding.js';
import { AnswerInvestigationActions } from './answer-investigation-actions.js';
import { AnswerSubmittedFindings } from './answer-submitted-findings.js';
import { Cases } from './cases.js';
import { EvidenceOfCase } from './evidence-of-case.js';
import { FindInvestigations } from './find-investigations.js';
import { FindingController } from './finding.controller.js';
import { Finding } from './finding.js';
import { InvestigationController } from './investigation.controller.js';
import { Investigation } from './investigation.js';
import { SubmittedFindingRow } from './submitted-finding.js';
import { OnDecisionFinalized } from './on-decision-finalized.js';
import { OnEvidenceClassified } from './on-evidence-classified.js';
import { OnInvestigationOpenRequested } from './on-investigation-open-requested.js';
import { RecordAllegationHandler } from './record-allegation.js';
import { RecordFinding } from './record-finding.js';
import { SubmitFindings } from './submit-findings.js';

@BoundedContext({
  name: 'investigation',
  entities: [Investigation, SubmittedFindingRow, Allegation, Finding],
  controllers: [InvestigationController, AllegationController, FindingController],
  providers: [
    OnInvestigationOpenRequested,
    OnDecisionFinalized,
    OnEvidenceClassified,
    RecordAllegationHandler,
    AmendAllegation,
    RecordFinding,
    AmendFinding,
    SubmitFindings,
    FindInvestigations,
    AnswerSubmittedFindings,
    AnswerInvestigationActions,
    Cases,
    EvidenceOfCase,
  ],
})
export class InvestigationModule {}
