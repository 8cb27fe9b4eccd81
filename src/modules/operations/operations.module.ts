import { BoundedContext } from '../../platform/kernel/bounded-context.js';
import { DeliveryChange } from './delivery-change.js';
import { JobsController } from './jobs.controller.js';
import { OperationsController } from './operations.controller.js';

@BoundedContext({
  name: 'operations',
  entities: [DeliveryChange],
  controllers: [OperationsController, JobsController],
  providers: [],
})
export class OperationsModule {}
