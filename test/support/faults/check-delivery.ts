import type pg from 'pg';
import type { Finding } from './findings.js';

type Consumers = readonly { name: string; events: string[] }[];

interface Query {
  kind: (row: { n: number }) => Finding['kind'];
  text: string;
}

/** Each answers a row for whatever is wrong: what it is, and how often it was found. */
const QUERIES: Query[] = [
  {
    kind: ({ n }) => (n === 0 ? 'lost' : 'duplicate'),
    text: `SELECT c.consumer || ' had ' || e.event_type || ' ' || e.id AS what, count(w.event_id)::int AS n
      FROM consumers c JOIN bus.outbox_event e ON e.event_type = c.event
      LEFT JOIN observed.effect w ON w.consumer = c.consumer AND w.event_id = e.id AND NOT w.half
      GROUP BY c.consumer, e.event_type, e.id HAVING count(w.event_id) <> 1`,
  },
  {
    kind: () => 'half an effect',
    text: `SELECT consumer || ' wrote half of ' || event_id AS what, 1 AS n FROM observed.effect WHERE half`,
  },
  {
    kind: () => 'out of order',
    text: `SELECT consumer || ' ' || aggregate_id || ' ' || version AS what, 1 AS n FROM (
        SELECT w.consumer, e.aggregate_id, e.aggregate_version AS version, lag(e.aggregate_version)
          OVER (PARTITION BY w.consumer, e.aggregate_type, e.aggregate_id ORDER BY w.written) AS before
        FROM observed.effect w JOIN bus.outbox_event e ON e.id = w.event_id) AS s WHERE version < before`,
  },
  {
    kind: () => 'old epoch',
    text: `SELECT consumer || ' was moved under epoch ' || epoch || ' after ' || before AS what, 1 AS n FROM (
        SELECT consumer, epoch, lag(epoch) OVER (PARTITION BY consumer ORDER BY written) AS before
        FROM observed.move) AS s WHERE epoch < before`,
  },
  {
    kind: () => 'lost',
    text: `SELECT e.aggregate_id || ' is at ' || coalesce(o.version, 0) || ' of ' || max(e.aggregate_version) AS what, 1 AS n
      FROM bus.outbox_event e LEFT JOIN (
        SELECT case_id AS id, version FROM case_registry.case_header UNION ALL SELECT party_id, version FROM party.party
      ) AS o ON o.id = e.aggregate_id WHERE e.aggregate_type IN ('case_header', 'party')
      GROUP BY e.aggregate_id, o.version HAVING max(e.aggregate_version) IS DISTINCT FROM o.version
        OR count(*) <> max(e.aggregate_version)`,
  },
  {
    kind: () => 'projection behind',
    text: `SELECT h.case_id || ' is at ' || h.version AS what, 1 AS n FROM case_registry.case_header h
      LEFT JOIN reporting.case_dossier d USING (case_id) LEFT JOIN reporting.worklist_case w USING (case_id)
      WHERE h.version IS DISTINCT FROM (d.sources ->> ('case_header:' || case_id))::int
        OR h.version IS DISTINCT FROM (w.sources ->> ('case_header:' || case_id))::int`,
  },
  {
    kind: () => 'projection behind',
    text: `SELECT p.party_id || ' is at ' || p.version AS what, 1 AS n FROM party.party p
      LEFT JOIN reporting.current_party_name c USING (party_id) LEFT JOIN case_registry.party_name n USING (party_id)
      WHERE p.version IS DISTINCT FROM (c.sources ->> ('party:' || party_id))::int
        OR p.version IS DISTINCT FROM n.party_version OR p.legal_name IS DISTINCT FROM c.display_name`,
  },
  {
    kind: () => 'projection behind',
    text: `SELECT 'party roles' AS what, 1 AS n WHERE (SELECT count(*) FROM case_registry.case_party)
      <> (SELECT count(*) FROM reporting.history_role WHERE removed_at IS NULL)`,
  },
  {
    kind: () => 'lost',
    text: `SELECT 'numbers of ' || case_type_code || ' have gaps' AS what, 1 AS n FROM case_registry.case_header
      GROUP BY case_type_code HAVING count(*) <> max(right(case_number, 6)::int)`,
  },
];

/** Every effect happened once and in order, under a valid epoch, and every projection is where its owner is. */
export async function checkDelivery(admin: pg.Client, consumers: Consumers): Promise<Finding[]> {
  await admin.query('CREATE TEMPORARY TABLE IF NOT EXISTS consumers (consumer text, event text)');
  await admin.query('TRUNCATE consumers');
  for (const { name, events } of consumers)
    await admin.query('INSERT INTO consumers SELECT $1, unnest($2::text[])', [name, events]);
  const findings: Finding[] = [];
  for (const { kind, text } of QUERIES) {
    const { rows } = await admin.query<{ what: string; n: number }>(text);
    findings.push(...rows.map((row) => ({ kind: kind(row), what: `${row.what} (${row.n})` })));
  }
  return findings;
}
