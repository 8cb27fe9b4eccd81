import { describe, expect, it } from '@jest/globals';
import type { CallHandler, ExecutionContext } from '@nestjs/common';
import { lastValueFrom, of } from 'rxjs';
import { withCall, type Call } from '../../src/platform/base/context.js';
import { CallInterceptor } from '../../src/platform/http/call.interceptor.js';
import type { Refusals } from '../../src/platform/http/refusals.js';
import type { Kernel } from '../../src/platform/kernel/kernel.js';
import { Answer } from '../../src/platform/messaging/answer.js';
import { asOfficer } from '../support/probe/caller.js';
import { currentCall } from '../../src/platform/base/context.js';

describe('what a route answers', () => {
  /** @returns what goes on the wire, and with which status */
  async function sent(result: unknown): Promise<{ body: unknown; status: number }> {
    let status = 200;
    const reply = { status: (code: number) => (status = code), header: () => reply };
    const call: Call = asOfficer(currentCall);
    const request = { method: 'GET', call };
    const context = {
      switchToHttp: () => ({ getRequest: () => request, getResponse: () => reply }),
      getClass: () => Object,
      getHandler: () => sent,
    } as unknown as ExecutionContext;
    const kernel = { workOf: () => undefined } as unknown as Kernel;
    const interceptor = new CallInterceptor(kernel, {} as Refusals);
    const next: CallHandler = { handle: () => of(result) };
    const body = await lastValueFrom(withCall(call, () => interceptor.intercept(context, next)));
    return { body, status };
  }

  it('sets status and body when it is a command\u2019s answer', async () => {
    expect(await sent(new Answer({ status: 201, body: '{}' }))).toEqual({ body: '{}', status: 201 });
  });

  it('is data when it merely has a status and a body, as a notice may', async () => {
    const notice = { noticeId: 'ntc_1', status: 404, body: 'To whom it may concern' };
    expect(await sent(notice)).toEqual({ body: notice, status: 200 });
  });
});
