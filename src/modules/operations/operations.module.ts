import { BoundedContext } from '../../platform/kernel/bounded-context.js';
import { ChangeDelivery } from './change-delivery.js';
import { ChangeJob } from './change-job.js';
import { DeliveryChange } from './delivery-change.js';
import { JobsController } from './jobs.controller.js';
import { OperationsController } from './operations.controller.js';
import { RebuildProjection } from './rebuild-projection.js';
import { ResolveDeadLetter } from './resolve-dead-letter.js';
import { WatchDelivery } from './watch-delivery.js';
import { WatchJobs } from './watch-jobs.js';

@BoundedContext({
  name: 'operations',
  entities: [DeliveryChange],
  controllers: [OperationsController, JobsController],
  providers: [WatchDelivery, ChangeDelivery, RebuildProjection, ResolveDeadLetter, WatchJobs, ChangeJob],
})
export class OperationsModule {}
