import { BoundedContext } from '../../platform/bounded-context.js';
import { ChangeDelivery } from './change-delivery.js';
import { DeliveryChange } from './delivery-change.js';
import { OperationsController } from './operations.controller.js';
import { RebuildProjection } from './rebuild-projection.js';
import { ResolveDeadLetter } from './resolve-dead-letter.js';
import { WatchDelivery } from './watch-delivery.js';

@BoundedContext({
  name: 'operations',
  entities: [DeliveryChange],
  controllers: [OperationsController],
  providers: [WatchDelivery, ChangeDelivery, RebuildProjection, ResolveDeadLetter],
})
export class OperationsModule {}
