import { setTimeout as pause } from 'node:timers/promises';
import type { Application } from './application.js';

const WITHIN_MS = 120_000;
/** A consumer polls the log four times a second: nearer than this to now means that it has everything. */
const UP_TO_DATE_SECONDS = 0.6;

/**
 * Waits until every consumer of the application has applied what was committed so far: what is still to be delivered
 * would otherwise run beside whatever is measured next.
 * @throws Error when that does not come about within two minutes
 */
export async function delivered({ baseUrl }: Pick<Application, 'baseUrl'>): Promise<void> {
  const end = Date.now() + WITHIN_MS;
  await pause(UP_TO_DATE_SECONDS * 1000);
  for (;;) {
    const lags = lagsIn(await (await fetch(`${baseUrl}/metrics`)).text());
    if (lags.length > 0 && lags.every((lag) => lag < UP_TO_DATE_SECONDS)) return;
    if (Date.now() > end) throw new Error(`The application is still ${Math.max(...lags)} s behind its log.`);
    await pause(100);
  }
}

const lagsIn = (metrics: string): number[] =>
  [...metrics.matchAll(/^remit_consumer_lag_seconds\{[^}]*\} (\S+)$/gm)].map(([, lag]) => Number(lag));
