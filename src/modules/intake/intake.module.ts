import { BoundedContext } from '../../platform/kernel/bounded-context.js';
import { ImportJob } from './import-job.js';
import { AdoptImports } from './adopt-imports.js';
import { ImportController } from './import.controller.js';
import { RunImport } from './run-import.js';

@BoundedContext({
  name: 'intake',
  entities: [ImportJob],
  controllers: [ImportController],
  providers: [RunImport, AdoptImports],
})
export class IntakeModule {}
