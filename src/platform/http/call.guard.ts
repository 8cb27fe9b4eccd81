import { Readable } from 'node:stream';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Shared } from '../base/shared.js';
import type { Call } from '../base/context.js';
import { newId } from '../base/ids.js';
import { digestOf } from '../messaging/digest.js';
import { authorize } from '../policy/authorize.js';
import { POLICY, type Policy } from '../policy/policy.js';
import { refuse, invalid } from '../base/refusal.js';
import { Refusals } from './refusals.js';
import { requireMediaType } from './media-type.js';
import { correlationIdOf, headerOf, isCommand, traceparentOf, type RemitRequest } from './request.js';
import { requireWellFormed } from './well-formed.js';

/**
 * Taken as it stands, quotes and all. The IETF's draft makes it a string in quotes (RFC 9651), which would refuse a bare
 * UUID, and would make a repeat of one key with quotes and one without the same command.
 */
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

/** Whether the caller may, and under which conditions: everything that is settled before a use case begins. */
@Shared()
export class CallGuard implements CanActivate {
  constructor(private readonly refusals: Refusals) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<RemitRequest>();
    const policy = Reflect.getMetadata(POLICY, context.getHandler()) as Policy | undefined;
    // Boot refuses such a route; this is the second lock on the same door.
    if (!policy) throw refuse.FORBIDDEN('This endpoint has no policy.');
    const correlationId = correlationIdOf(request);
    const commandId = newId('cmd');
    const traceparent = traceparentOf(request);
    if (policy.roles === 'PUBLIC') {
      requireWellFormed(request);
      return true;
    }
    const { caller: actor } = request;
    if (!actor) throw refuse.UNAUTHENTICATED();
    request.call = {
      actor,
      correlationId,
      commandId,
      causationId: commandId,
      policyDecision: { policyDecisionId: newId('pdp'), policies: [policy.name ?? policy.endpoint], role: 'NONE' },
      ...(policy.guards && { guards: policy.guards }),
      ...(traceparent && { traceparent }),
    };
    try {
      request.call.policyDecision = authorize(policy, actor);
    } catch (error) {
      await this.refusals.audit(context, policy, error);
      throw error;
    }
    requireMediaType(request, context);
    requireWellFormed(request);
    Object.assign(request.call, conditionsOf(request, policy));
    return true;
  }
}

function conditionsOf(request: RemitRequest, policy: Policy): Pick<Call, 'expectedVersion' | 'idempotency'> {
  const expectedVersion = policy.ifMatch ? expectedVersionOf(headerOf(request, 'if-match')) : undefined;
  const key = isCommand(request) ? headerOf(request, 'idempotency-key') : undefined;
  if (key !== undefined && !IDEMPOTENCY_KEY.test(key))
    throw invalid({
      name: 'Idempotency-Key',
      code: 'FORMAT',
      reason: 'Use 1 to 255 visible ASCII letters, such as a UUID.',
    });
  // What is still to come is covered by the use case that takes it in.
  const incomplete = request.body instanceof Readable;
  const body = incomplete ? 'streamed' : (request.body ?? null);
  const digest = key && digestOf(`${request.method} ${request.url}`, body);
  return {
    ...(expectedVersion !== undefined && { expectedVersion }),
    ...(key && digest && { idempotency: { key, digest, ...(incomplete && { incomplete }) } }),
  };
}

function expectedVersionOf(header: string | undefined): number {
  if (header === undefined || header.trim() === '*')
    throw refuse.PRECONDITION_REQUIRED(
      'Send If-Match with the ETag that you were given when you read it, e.g. If-Match: "3".',
    );
  const version = /^(?:W\/)?"?(\d{1,15})"?$/.exec(header.trim())?.[1];
  if (version === undefined)
    throw invalid({ name: 'If-Match', code: 'FORMAT', reason: 'Send one ETag as you were given it, e.g. "3".' });
  return Number(version);
}
