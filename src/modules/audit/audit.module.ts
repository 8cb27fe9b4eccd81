import { BoundedContext } from '../../platform/kernel/bounded-context.js';
import { AuditAccess } from './audit-access.js';
import { AttestChains } from './attest-chains.js';
import { AuditController } from './audit.controller.js';
import { FindRecords } from './find-records.js';
import { ReadTrail } from './read-trail.js';
import { RecordsProjection } from './records.projection.js';
import { VerifyChains } from './verify-chains.js';

@BoundedContext({
  name: 'audit',
  entities: [],
  controllers: [AuditController],
  providers: [AuditAccess, RecordsProjection, ReadTrail, FindRecords, VerifyChains, AttestChains],
})
export class AuditModule {}
