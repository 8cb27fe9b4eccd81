import { createHash } from 'node:crypto';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { callerAsReader, type Reader } from '../../casework/visibility.js';
import { currentCall } from '../../platform/base/context.js';
import { EventStream } from '../../platform/http/event-stream.js';
import { EventStreams } from '../../platform/http/event-streams.js';
import { ReadModels, type Touched } from '../../platform/projections/read-models.js';
import { refuse } from '../../platform/base/refusal.js';
import { Log } from '../../platform/telemetry/log.js';
import { FindDossiers, rowsIn, type JoinedDossier } from './find-dossiers.js';
import { shownDossier } from './read-dossier.js';
import { youngestOf } from './provenance.js';
import { mayReadRow } from './reader.js';

/** The projections that a dossier is read from. */
const FEEDING = ['case-dossier', 'party-names'];
/** What they apply wakes us, here or in another replica; without a notification it is found by polling. */
const POLL_MS = 1_000;
/** Under load one poll serves many batches. */
const LINGER_MS = 100;
/** To whom a stop cuts off: another process is there already, or this one is again soon. */
const COME_BACK_MS = 1_000;

interface Listener {
  caseId: string;
  reader: Reader;
  stream: EventStream;
  /** The dossier's fingerprint when the client last got an event. */
  sent: string;
  /** The dossier's mark when it was last read for the client. */
  mark?: string;
}

/**
 * Tells clients when a case's dossier has changed. One poll a process serves all of them, whatever they watch, and reads
 * the dossiers that have changed since the last.
 */
@Injectable()
export class CaseStreams implements OnModuleDestroy {
  private readonly listeners = new Set<Listener>();
  private closing = false;
  private running = false;
  /** The poll under way, or the last one. */
  private polling = Promise.resolve();

  constructor(
    private readonly dossiers: FindDossiers,
    private readonly readModels: ReadModels,
    private readonly streams: EventStreams,
    private readonly log: Log,
  ) {}

  /**
   * Begins with the present state; afterwards one event for each change.
   * @throws NOT_FOUND when there is no such case here yet, or it is not the caller's to see
   * @throws STREAM_UNAVAILABLE, TOO_MANY_STREAMS when there is no place for it, or this process is stopping
   */
  async open(caseId: string, reply: FastifyReply): Promise<void> {
    if (this.closing) throw refuse.STREAM_UNAVAILABLE('This process is stopping.', { retryAfterSeconds: 1 });
    const { actor } = currentCall();
    const leave = this.streams.admit(actor.actorId);
    try {
      await this.begin(caseId, callerAsReader(), reply, leave);
    } catch (error) {
      leave();
      throw error;
    }
  }

  private async begin(caseId: string, reader: Reader, reply: FastifyReply, leave: () => void): Promise<void> {
    const dossier = await this.dossiers.one(caseId);
    if (!dossier || !mayReadRow(reader, dossier)) throw refuse.NOT_FOUND();
    const listener: Listener = { caseId, reader, stream: new EventStream(reply), sent: '' };
    this.listeners.add(listener);
    listener.stream.onEnd(() => {
      this.listeners.delete(listener);
      leave();
    });
    send(listener, changeOf(reader, dossier));
    if (this.isClosing()) listener.stream.end();
    else void this.run();
  }

  /** Before the server waits for its connections: these would never end by themselves. */
  async onModuleDestroy(): Promise<void> {
    this.closing = true;
    for (const { stream } of this.listeners) stream.end(COME_BACK_MS);
    await this.polling;
  }

  private isClosing(): boolean {
    return this.closing;
  }

  private async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    while (this.listeners.size > 0 && !this.closing) {
      // Asked for before the poll, so that what happens in between is not missed.
      const progress = this.readModels.applied(FEEDING, POLL_MS);
      this.polling = this.poll().catch((error: unknown) => {
        this.log.fault('The streams of case events could not poll.', error as Error);
      });
      await this.polling;
      await Promise.all([progress, new Promise((done) => setTimeout(done, LINGER_MS))]);
    }
    this.running = false;
  }

  private async poll(): Promise<void> {
    const watched = [...this.listeners];
    // Read before the dossiers: what changes in between is seen by the next poll.
    const marks = await this.dossiers.marks([...new Set(watched.map(({ caseId }) => caseId))]);
    const changed = watched.filter(({ caseId, mark }) => mark === undefined || marks.get(caseId) !== mark);
    if (changed.length === 0) return;
    const found = await this.dossiers.many([...new Set(changed.map(({ caseId }) => caseId))]);
    const byId = new Map(found.map((dossier) => [dossier.case_id, dossier]));
    const changes = new Map<string, DossierChange>();
    for (const listener of changed) {
      const { caseId, reader } = listener;
      const dossier = byId.get(caseId);
      // It may have been closed to this reader meanwhile.
      if (dossier && mayReadRow(reader, dossier)) {
        // Made once for all who see the same of it.
        const key = `${caseId} ${JSON.stringify(reader)}`;
        const change = changes.get(key) ?? changeOf(reader, dossier);
        changes.set(key, change);
        send(listener, change);
      } else listener.stream.end();
      listener.mark = marks.get(caseId);
    }
  }
}

/** What clients get of a changed dossier, and by what it differs from an earlier one. */
interface DossierChange {
  /** All that is in it: not every change has a younger event than the last. */
  fingerprint: string;
  /** That it changed, not what it says: the dossier itself is read under the reader's own rights. */
  data: Touched & { caseId: string };
}

/** A change of what the reader may not see is none to them: that it happened is not to be known either. */
function changeOf(reader: Reader, dossier: JoinedDossier): DossierChange {
  const data = { caseId: dossier.case_id, ...youngestOf(rowsIn(reader, dossier)) };
  const seen = JSON.stringify([shownDossier(reader, dossier), data]);
  // Kept for each stream: short, however long the dossier.
  return { fingerprint: createHash('sha256').update(seen).digest('base64'), data };
}

function send(listener: Listener, { fingerprint, data }: DossierChange): void {
  if (fingerprint === listener.sent) return;
  listener.sent = fingerprint;
  listener.stream.send('projection', data.lastEventId ?? '', data);
}
