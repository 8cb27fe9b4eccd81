/**
 * The columns of an event `e` of the log, as consumers receive it, with nothing to convert.
 * @param position as a number of SQL, unless given otherwise
 */
export const envelopeColumns = (position = 'e.position'): string => `
  e.id, ${position} AS position, e.producer, e.aggregate_type AS "aggregateType", e.aggregate_id AS "aggregateId",
  e.aggregate_version::float8 AS "aggregateVersion", e.event_type AS "eventType", e.event_version AS "eventVersion",
  e.topic, e.event_key AS "eventKey", e.classification, e.correlation_id AS "correlationId",
  e.causation_id AS "causationId", e.trace_context AS "traceContext",
  to_char(e.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "occurredAt", e.payload_json AS payload`;
