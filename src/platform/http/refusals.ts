import type { ExecutionContext } from '@nestjs/common';
import { Shared } from '../base/shared.js';
import { withCall, type Call } from '../base/context.js';
import { Kernel } from '../kernel/kernel.js';
import { BOUNDED_CONTEXT } from '../messaging/handlers.js';
import type { Policy } from '../policy/policy.js';
import { Refusal } from '../base/refusal.js';
import { Log } from '../telemetry/log.js';
import type { RemitRequest } from './request.js';

/** Refusals of high-risk commands are audited too, in a transaction of their own, since the command's is gone. */
@Shared()
export class Refusals {
  constructor(
    private readonly kernel: Kernel,
    private readonly log: Log,
  ) {}

  async audit(context: ExecutionContext, policy: Policy, error: unknown): Promise<void> {
    const request = context.switchToHttp().getRequest<RemitRequest>();
    const work = this.kernel.workOf(Reflect.getMetadata(BOUNDED_CONTEXT, context.getClass()) as string);
    if (!policy.highRisk || !work || !(error instanceof Refusal) || !request.call) return;
    const { idempotency: _, expectedVersion: __, ...call } = request.call;
    await withCall(call satisfies Call, () =>
      work.run((tx) => {
        tx.audit({
          eventType: 'CommandRefusedAudit',
          action: (policy.name ?? policy.endpoint).toUpperCase().replaceAll(/[^A-Z]+/g, '_'),
          // Parameters of the path are named for what they identify.
          subject: { ...call.subject, ...(request.params as Record<string, string>) },
          beforeState: null,
          afterState: 'REFUSED',
          reasonCode: error.errorCode,
        });
        return { body: {} };
      }),
    ).catch((fault: unknown) => {
      this.log.fault('A refusal could not be audited.', fault as Error);
    });
  }
}
