import { BoundedContext } from '../../platform/kernel/bounded-context.js';
import { CaseProcess } from './case-process.js';
import { ProcessInstance } from './process-instance.js';
import { WorkflowController } from './workflow.controller.js';

@BoundedContext({
  name: 'workflow',
  entities: [ProcessInstance],
  controllers: [WorkflowController],
  providers: [CaseProcess],
})
export class WorkflowModule {}
