import { Module, type DynamicModule } from '@nestjs/common';
import { PlatformModule, type PlatformOptions } from './platform/platform.module.js';
import { AuditModule } from './modules/audit/audit.module.js';
import { CaseRegistryModule } from './modules/case-registry/case-registry.module.js';
import { DecisionModule } from './modules/decision/decision.module.js';
import { EvidenceModule } from './modules/evidence/evidence.module.js';
import { IntakeModule } from './modules/intake/intake.module.js';
import { InvestigationModule } from './modules/investigation/investigation.module.js';
import { OperationsModule } from './modules/operations/operations.module.js';
import { PartyModule } from './modules/party/party.module.js';
import { ReportingModule } from './modules/reporting/reporting.module.js';
import { WorkflowModule } from './modules/workflow/workflow.module.js';

/** Every bounded context of this process. The only file that knows them all. */
@Module({})
export class AppModule {
  static with(options: PlatformOptions): DynamicModule {
    return {
      module: AppModule,
      imports: [
        PlatformModule.with(options),
        PartyModule,
        CaseRegistryModule,
        IntakeModule,
        WorkflowModule,
        InvestigationModule,
        EvidenceModule,
        DecisionModule,
        AuditModule,
        ReportingModule,
        OperationsModule,
      ],
    };
  }
}
