import { BoundedContext } from '../../platform/kernel/bounded-context.js';
import { AllegationController } from './allegation.controller.js';
import { Allegation } from './allegation.js';
import { AnswerInvestigationActions } from './answer-investigation-actions.js';
import { AnswerSubmittedFindings } from './answer-submitted-findings.js';
import { FindingController } from './finding.controller.js';
import { Finding } from './finding.js';
import { InvestigationController } from './investigation.controller.js';
import { Investigation } from './investigation.js';
import { SubmittedFindingRow } from './submitted-finding.js';
import { OnDecisionFinalized } from './on-decision-finalized.js';
import { OnEvidenceClassified } from './on-evidence-classified.js';
import { OnInvestigationOpenRequested } from './on-investigation-open-requested.js';
import { RecordAllegationHandler } from './record-allegation.js';

@BoundedContext({
  name: 'investigation',
  entities: [Investigation, SubmittedFindingRow, Allegation, Finding],
  controllers: [InvestigationController, AllegationController, FindingController],
  providers: [
    OnInvestigationOpenRequested,
    OnDecisionFinalized,
    OnEvidenceClassified,
    RecordAllegationHandler,
    AnswerSubmittedFindings,
    AnswerInvestigationActions,
  ],
})
export class InvestigationModule {}
