import { Injectable } from '@nestjs/common';
import { ReadModels, type ProjectionState } from '../../platform/projections/read-models.js';
import { DEFAULT_WAIT_MS, type WaitQuery } from '../../platform/projections/wait-query.js';
import { youngestOf, type LastTouch } from './provenance.js';

/** What a read model answers. */
export interface ReadModel<Data> {
  data: Data;
  nextCursor?: string | null;
  projection: ProjectionState;
  waitedFor?: 'TIMED_OUT';
}

const NAMES = 'party-names';
const WORST_FIRST = ['REBUILDING', 'STALE', 'WITHIN_SLO'] as const;

/**
 * How fresh what is read is. Names are joined at read, so that each read model is made of two projections: it is as
 * old as the older one, and holds an event once both have gone past it.
 */
@Injectable()
export class Freshness {
  constructor(private readonly readModels: ReadModels) {}

  /** Holds until the event is in what will be read, if the caller asked for one, and tells when that took too long. */
  async awaited(
    projection: string,
    { waitForEventId, timeoutMs = DEFAULT_WAIT_MS }: WaitQuery,
  ): Promise<Pick<ReadModel<unknown>, 'waitedFor'>> {
    if (waitForEventId === undefined) return {};
    const applied = await Promise.all(
      [projection, NAMES].map((each) => this.readModels.waitFor(each, waitForEventId, timeoutMs)),
    );
    return applied.every(Boolean) ? {} : { waitedFor: 'TIMED_OUT' };
  }

  /**
   * @param rows all that the answer is made of
   * @param keys cases and parties that it is about
   */
  async of(projection: string, rows: readonly LastTouch[], keys: readonly string[]): Promise<ProjectionState> {
    const youngest = youngestOf(rows);
    const [own, names] = await Promise.all([
      this.readModels.state(projection, youngest, keys),
      this.readModels.state(NAMES, youngest, keys),
    ]);
    const older = names.lagSeconds > own.lagSeconds ? names : own;
    const worst = WORST_FIRST.find((each) => own.freshnessStatus === each || names.freshnessStatus === each);
    return { ...older, freshnessStatus: worst ?? older.freshnessStatus };
  }
}
