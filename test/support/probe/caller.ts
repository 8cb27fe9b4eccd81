import { withCall, type Call } from '../../../src/platform/base/context.js';
import { newId } from '../../../src/platform/base/ids.js';
import { digestOf } from '../../../src/platform/messaging/digest.js';

/** Calls as an officer does whose command has passed the guard. */
export function asOfficer<T>(work: () => T, call: Partial<Call> & { actorId?: string } = {}): T {
  const { actorId = 'ines', ...rest } = call;
  const commandId = newId('cmd');
  return withCall(
    {
      actor: { actorId, roles: ['INTAKE_OFFICER'], clearance: 'CONFIDENTIAL' },
      correlationId: newId('corr'),
      commandId,
      causationId: commandId,
      policyDecision: { policyDecisionId: newId('pdp'), policies: ['POST /gadgets'], role: 'INTAKE_OFFICER' },
      ...rest,
    },
    work,
  );
}

export const withKey = (key: string, input: unknown = {}): Pick<Call, 'idempotency'> => ({
  idempotency: { key, digest: digestOf('POST /gadgets', input) },
});
