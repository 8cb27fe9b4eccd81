import type { FaultRequest, Report } from '../crash-points.js';

/** Sends a report to the test that started this process. */
export const report = (sent: Report): void => void process.send?.(sent);

/** The channel does not keep the process alive: it ends as it would without a test. */
export function onRequest(listener: (request: FaultRequest) => void): void {
  process.on('message', (message) => listener(message as FaultRequest));
  process.channel?.unref();
  // The test is gone, and nobody else would end this process.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
}
