import { randomUUID } from 'node:crypto';
import type { Envelope } from '../../../src/platform/messaging/envelope.js';
import { Rebuild, type RebuildJob } from '../../../src/platform/projections/rebuild/rebuild.js';
import { KeyRebuild } from '../../../src/platform/projections/rebuild/rebuild-key.js';
import type { ArchivedEvents } from '../../../src/platform/projections/rebuild/replay-source.js';
import type { ProbeProcess } from './probe-process.js';

/** Archives with these events, in the order of their positions. */
export const archiveOf = (events: readonly Envelope[]): ArchivedEvents => ({
  async *eventsAfter(position: string) {
    for (const event of events) if (BigInt(event.position) > BigInt(position)) yield await Promise.resolve(event);
  },
  parts: () => Promise.resolve(events.length),
});

/** A rebuild of the list of gadgets in a process, without a job around it: what is behind its fence is a test's to say. */
export class ProbeRebuild {
  readonly jobId = `job_${randomUUID()}`;
  private readonly ending = new AbortController();
  readonly reported: [number, number][] = [];
  ended: Promise<void> = Promise.resolve();

  constructor(
    private readonly process: ProbeProcess,
    private readonly archive: ArchivedEvents = archiveOf([]),
  ) {}

  private get job(): RebuildJob {
    return {
      jobId: this.jobId,
      signal: this.ending.signal,
      fenceTransaction: () => undefined,
      progress: (done, total) => {
        this.reported.push([done, total]);
        return Promise.resolve();
      },
    };
  }

  /** The same job again, by another process or after this one was killed. */
  run(process = this.process): Promise<void> {
    const { list: registration, delivery, clock, metrics } = process;
    const parts = { registration, delivery, archive: this.archive, clock, metrics, holder: randomUUID() };
    this.ended = new Rebuild(parts, this.job).run();
    return this.ended;
  }

  ofKey(key: string): Promise<void> {
    const { list: registration, delivery, clock } = this.process;
    const parts = { registration, reader: delivery.reader, archive: this.archive, clock };
    return new KeyRebuild(parts, key, this.job).run();
  }

  stop(): Promise<void> {
    this.ending.abort();
    return this.ended;
  }
}
