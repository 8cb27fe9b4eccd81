import { BoundedContext } from '../../platform/kernel/bounded-context.js';
import { CaseDossierProjection } from './case-dossier.projection.js';
import { OfficerWorklistProjection } from './officer-worklist.projection.js';
import { PartyCaseHistoryProjection } from './party-case-history.projection.js';
import { PartyNamesProjection } from './party-names.projection.js';
import { ReportingController } from './reporting.controller.js';

@BoundedContext({
  name: 'reporting',
  entities: [],
  controllers: [ReportingController],
  providers: [CaseDossierProjection, OfficerWorklistProjection, PartyCaseHistoryProjection, PartyNamesProjection],
})
export class ReportingModule {}
