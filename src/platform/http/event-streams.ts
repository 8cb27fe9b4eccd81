import { Shared } from '../base/shared.js';
import { refuse } from '../base/refusal.js';
import { DeliveryMetrics } from '../telemetry/metrics.js';

/** One client in an endless loop must not take the places of everybody else. */
const SHARE_OF_ONE = 20;
const RETRY_SECONDS = 5;

/** How many streams of events this process holds open, in all and for each actor. */
@Shared()
export class EventStreams {
  /** In all; a twentieth of it for one actor. */
  most = 0;
  private readonly byActor = new Map<string, number>();
  private size = 0;

  constructor(private readonly metrics: DeliveryMetrics) {}

  /**
   * Takes a place before anything else is done for the stream.
   * @returns what gives the place back, once however often it is called
   * @throws STREAM_UNAVAILABLE when this process has as many as it can hold, TOO_MANY_STREAMS when the actor has
   */
  admit(actorId: string): () => void {
    if (this.size >= this.most)
      throw refuse.STREAM_UNAVAILABLE('As many are open as can be held.', { retryAfterSeconds: RETRY_SECONDS });
    const own = this.byActor.get(actorId) ?? 0;
    if (own >= Math.ceil(this.most / SHARE_OF_ONE))
      throw refuse.TOO_MANY_STREAMS('Close one of yours first.', { retryAfterSeconds: RETRY_SECONDS });
    this.count(actorId, own + 1, 1);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.count(actorId, (this.byActor.get(actorId) ?? 1) - 1, -1);
    };
  }

  private count(actorId: string, own: number, more: 1 | -1): void {
    if (own === 0) this.byActor.delete(actorId);
    else this.byActor.set(actorId, own);
    this.size += more;
    this.metrics.streams.set(this.size);
  }
}
