import type { Envelope } from '../../platform/messaging/envelope.js';
import type { Touched } from '../../platform/projections/read-models.js';

/**
 * What every row remembers of its making. Columns keep their names here, so that a row is read, folded and written
 * without being mapped.
 */
export interface Provenance {
  /** `<aggregateType>:<aggregateId>` to the version of it that is in the row. */
  sources: Record<string, number>;
  /** The youngest event in the row by id, which is the same whatever order its sources came in. */
  last_event_id: string;
  last_event_occurred_at: Date | string;
  projected_at: Date | string;
}

/** The event that last touched a row. */
export type LastTouch = Omit<Provenance, 'sources'>;

/** Of a row that nothing has touched yet. */
export const untouched = (): Provenance => ({
  sources: {},
  last_event_id: '',
  last_event_occurred_at: new Date(0),
  projected_at: new Date(0),
});

export const sourceOf = ({ aggregateType, aggregateId }: Pick<Envelope, 'aggregateType' | 'aggregateId'>): string =>
  `${aggregateType}:${aggregateId}`;

/** Whether the row holds this version of the event's aggregate, or a later one. */
export const isStale = (row: Provenance, event: Envelope): boolean =>
  (row.sources[sourceOf(event)] ?? 0) >= event.aggregateVersion;

/** Notes the event as the row's own. */
export function touch(row: Provenance, event: Envelope): void {
  row.sources[sourceOf(event)] = event.aggregateVersion;
  if (event.id <= row.last_event_id) return;
  row.last_event_id = event.id;
  row.last_event_occurred_at = event.occurredAt;
}

/** The row that holds the youngest of all events in these rows. */
export function youngestRowOf(rows: readonly LastTouch[]): LastTouch | undefined {
  let youngest: LastTouch | undefined;
  for (const row of rows) if (!youngest || row.last_event_id > youngest.last_event_id) youngest = row;
  return youngest;
}

/** The youngest of the events that are in these rows, as a reader is told of it. */
export function youngestOf(rows: readonly LastTouch[]): Touched {
  const youngest = youngestRowOf(rows);
  return {
    lastEventId: youngest?.last_event_id ?? null,
    lastEventOccurredAt: youngest ? new Date(youngest.last_event_occurred_at) : null,
    projectedAt: youngest ? new Date(youngest.projected_at) : null,
  };
}
