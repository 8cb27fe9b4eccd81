import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import fresh from 'fresh';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { Shared } from '../base/shared.js';
import { withCall } from '../base/context.js';
import { Kernel } from '../kernel/kernel.js';
import { Answer } from '../messaging/answer.js';
import { BOUNDED_CONTEXT } from '../messaging/handlers.js';
import { POLICY, type Policy } from '../policy/policy.js';
import { API_PREFIX } from '../policy/prefix.js';
import { Refusals } from './refusals.js';
import { isCommand, type RemitRequest } from './request.js';

/** Runs a route inside its call, repeats a first answer where the key says so, and puts answers on the wire. */
@Shared()
export class CallInterceptor implements NestInterceptor {
  constructor(
    private readonly kernel: Kernel,
    private readonly refusals: Refusals,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<RemitRequest>();
    const reply = http.getResponse<FastifyReply>();
    const { call } = request;
    if (!call) return next.handle();
    const changes = isCommand(request);
    if (changes) void reply.header('x-command-id', call.commandId);
    const work = this.kernel.workOf(Reflect.getMetadata(BOUNDED_CONTEXT, context.getClass()) as string);
    const run = (): Promise<unknown> => lastValueFrom(next.handle());
    const policy = Reflect.getMetadata(POLICY, context.getHandler()) as Policy;
    return from(
      withCall(call, async () => {
        try {
          const result = changes && work ? await work.answering(run as () => Promise<Answer>) : await run();
          return send(result, request, reply);
        } catch (error) {
          await this.refusals.audit(context, policy, error);
          throw error;
        }
      }),
    );
  }
}

function send(result: unknown, request: RemitRequest, reply: FastifyReply): unknown {
  if (result instanceof Answer) {
    void reply.status(result.status);
    if (result.body !== '') void reply.header('content-type', 'application/json; charset=utf-8');
    if (result.etag) void reply.header('etag', result.etag);
    if (result.location) void reply.header('location', `/${API_PREFIX}${result.location}`);
    return result.body;
  }
  const { version, nextCursor } = (result ?? {}) as { version?: unknown; nextCursor?: unknown };
  if (typeof nextCursor === 'string') void reply.header('link', `<${nextPage(request.url, nextCursor)}>; rel="next"`);
  if (typeof version !== 'number') return result;
  const etag = `"${version}"`;
  void reply.header('etag', etag);
  // The client has this version already (RFC 9110, 13.1.2). Its Cache-Control is left out: every `fetch` with such a tag
  // sends `no-cache`, which asks caches on the way to come here, and not us to send the same once more.
  const known = { 'if-none-match': request.headers['if-none-match'] };
  if (!isCommand(request) && fresh(known, { etag })) {
    void reply.status(304);
    return undefined;
  }
  return result;
}

/** The same list from the cursor on (RFC 8288). */
function nextPage(url: string, cursor: string): string {
  const [path = '', query = ''] = url.split('?');
  const parameters = new URLSearchParams(query);
  parameters.set('cursor', cursor);
  return `${path}?${parameters.toString()}`;
}
