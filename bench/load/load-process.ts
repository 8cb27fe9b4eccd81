import { setTimeout as pause } from 'node:timers/promises';
import { Client, type Dispatcher } from 'undici';
import { percentile } from '../run/percentile.js';
import { answerCalls } from '../server/answer-calls.js';
import { requestsOf, type Plan, type Sent } from './requests.js';
import type { LoadResult } from './load.js';

/**
 * Keeps every connection busy with one request at a time until the time is over; at an even rate, where the plan names
 * one, a request counts from when it was due.
 */
async function drive(plan: Plan): Promise<LoadResult> {
  const next = requestsOf(plan);
  const latencies: number[] = [];
  const refused = new Map<number, number>();
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  const end = startedAt + plan.seconds * 1000;
  let sent = 0;
  const due = async (): Promise<number> => {
    if (plan.perSecond === undefined) return performance.now();
    const at = startedAt + (1000 * sent) / plan.perSecond;
    sent += 1;
    await pause(Math.max(0, at - performance.now()));
    return at;
  };
  const connection = async (): Promise<void> => {
    const client = new Client(plan.baseUrl, { pipelining: 1, keepAliveTimeout: 60_000 });
    for (let sentAt = await due(); sentAt < end; sentAt = await due()) {
      const status = await answerTo(client, next());
      latencies.push(performance.now() - sentAt);
      if (status >= 300) refused.set(status, (refused.get(status) ?? 0) + 1);
    }
    await client.close();
  };
  await Promise.all(Array.from({ length: plan.connections }, connection));
  const seconds = (performance.now() - startedAt) / 1000;
  if (refused.size > 0) throw new Error(`Not every request was answered well: ${JSON.stringify([...refused])}`);
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    perSecond: latencies.length / seconds,
    requests: latencies.length,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    generatorMicroseconds: (user + system) / latencies.length,
  };
}

/** Without streams or buffers: whatever this process spends is taken from what it measures. */
function answerTo(client: Client, sent: Sent): Promise<number> {
  return new Promise((resolve, reject) => {
    let status = 0;
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: () => undefined,
      onResponseStart: (_controller, statusCode) => {
        status = statusCode;
      },
      onResponseData: () => undefined,
      onResponseEnd: () => {
        resolve(status);
      },
      onResponseError: (_controller, error) => {
        reject(error);
      },
    };
    client.dispatch(sent, handler);
  });
}

answerCalls({ drive });
