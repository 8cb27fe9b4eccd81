import { BoundedContext } from '../../platform/kernel/bounded-context.js';
import { CaseDossierProjection } from './case-dossier.projection.js';
import { CaseStreams } from './case-streams.js';
import { FindDossiers } from './find-dossiers.js';
import { FindWorklist } from './find-worklist.js';
import { Freshness } from './freshness.js';
import { OfficerWorklistProjection } from './officer-worklist.projection.js';
import { PartyCaseHistoryProjection } from './party-case-history.projection.js';
import { PartyNamesProjection } from './party-names.projection.js';
import { ReadCaseHistory } from './read-case-history.js';
import { ReadDossier } from './read-dossier.js';
import { ReadWorklist } from './read-worklist.js';
import { ReportingController } from './reporting.controller.js';

@BoundedContext({
  name: 'reporting',
  entities: [],
  controllers: [ReportingController],
  providers: [
    CaseDossierProjection,
    OfficerWorklistProjection,
    PartyCaseHistoryProjection,
    PartyNamesProjection,
    Freshness,
    FindDossiers,
    FindWorklist,
    ReadDossier,
    ReadWorklist,
    ReadCaseHistory,
    CaseStreams,
  ],
})
export class ReportingModule {}
