import type { Officer } from './officer.js';

/** A running application, as whoever has its address and tokens sees it. */
export interface Remit {
  /** Without the API's prefix. */
  readonly baseUrl: string;
  /** Speaks to the API as a demo officer. */
  as(actorId: string): Officer;
}
