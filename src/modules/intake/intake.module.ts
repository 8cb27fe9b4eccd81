import { BoundedContext } from '../../platform/kernel/bounded-context.js';
import { AdoptImports } from './adopt-imports.js';
import { CarryOutRows } from './carry-out-rows.js';
import { ExternalReferences } from './external-references.js';
import { ImportJob } from './import-job.js';
import { ImportJobs } from './import-jobs.js';
import { ImportController } from './import.controller.js';
import { PreviewImport } from './preview-import.js';
import { ReadImport } from './read-import.js';
import { RunImport } from './run-import.js';
import { StartImport } from './start-import.js';

@BoundedContext({
  name: 'intake',
  entities: [ImportJob],
  controllers: [ImportController],
  providers: [
    AdoptImports,
    StartImport,
    PreviewImport,
    ReadImport,
    RunImport,
    ImportJobs,
    ExternalReferences,
    CarryOutRows,
  ],
})
export class IntakeModule {}
