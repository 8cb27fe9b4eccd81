import { BoundedContext } from '../../platform/kernel/bounded-context.js';
import { AttestChains } from './attest-chains.js';
import { AuditController } from './audit.controller.js';
import { RecordsProjection } from './records.projection.js';

@BoundedContext({
  name: 'audit',
  entities: [],
  controllers: [AuditController],
  providers: [RecordsProjection, AttestChains],
})
export class AuditModule {}
