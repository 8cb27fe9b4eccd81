import { SUMMARY } from '../load/requests.js';
import { ACTOR, caseRows, NUMBER, PARTY_NAME } from './case-writes.js';

/** The sequence that makes ids rise as the application's do. */
export const ID_SEQUENCE = 'CREATE SEQUENCE public.bench_id START 1';

/**
 * The writes of one case as one statement for pgbench, of the same sizes. Everything but the ids is constant.
 * @param caseTypes codes in the catalogue; each transaction takes one by chance
 */
export function caseScript(caseTypes: readonly string[]): string {
  const sample = caseRows(
    {
      caseTypeCode: 'ENV',
      title: 'Discharge above the weir 12345',
      summary: SUMMARY,
      location: 'Mill Lane, River Ash, grid reference TQ 0614 7215',
      receivedOn: '2026-03-02',
      parties: [{ partyId: 'pty_00000000000000000000000000', role: 'SUBJECT' }],
    },
    'key_00000000000000000000000000',
  );
  const id = (prefix: string): string => `'${prefix}_00' || i.n`;
  const json = (value: object): string => withoutVariables(JSON.stringify(value)).replaceAll("'", "''");
  const codes = `(ARRAY[${caseTypes.map((code) => `'${code}'`).join(',')}])[:type]`;
  const numbered = (value: object): string => `replace('${json(value)}', '${NUMBER}', a.value)`;
  return `\\set type random(1, ${caseTypes.length})
WITH i AS MATERIALIZED (SELECT lpad(nextval('public.bench_id')::text, 24, '0') AS n),
a AS (
  INSERT INTO case_registry.case_number_counter AS counter (case_type_code, year, last_number)
  VALUES (${codes}, extract(year from now())::int, 1)
  ON CONFLICT (case_type_code, year) DO UPDATE SET last_number = counter.last_number + 1
  RETURNING case_type_code, case_type_code || '-' || year || '-' || lpad(last_number::text, 6, '0') AS value
), header AS (
  INSERT INTO case_registry.case_header (case_id, version, case_number, case_type_code, title, summary, classification,
    restricted_to_team, team, location, received_on, registered_at, registered_by)
  SELECT ${id('case')}, 1, a.value, a.case_type_code, '${sample.body.title}', '${SUMMARY}', 'INTERNAL', false, 'central',
    '${sample.body.location}', '2026-03-02', now(), '${ACTOR}' FROM i, a
), party AS (
  INSERT INTO case_registry.case_party (case_id, party_id, role, party_name_at_registration,
    party_version_at_registration, registered_at)
  SELECT ${id('case')}, '${sample.partyId}', 'SUBJECT', '${PARTY_NAME}', 1, now() FROM i
), lifecycle AS (
  INSERT INTO case_registry.case_lifecycle (case_id, version, epoch, status)
  SELECT ${id('case')}, 0, 1, 'REGISTERED' FROM i
), events AS (
  INSERT INTO bus.outbox_event (id, producer, aggregate_type, aggregate_id, aggregate_version, event_type,
    event_version, topic, event_key, payload_json, classification, correlation_id, causation_id, occurred_at)
  SELECT ${id('evt')}, 'case-registry', 'case_header', ${id('case')}, 1, 'CaseRegistered', 1, 'case-registry',
    ${id('case')}, ${numbered(sample.event.payload)}::jsonb, 'INTERNAL', ${id('corr')}, ${id('cmd')}, now() FROM i, a
  UNION ALL
  SELECT ${id('evt')} || 'a', 'case-registry', 'audit_event', ${id('audit')}, 1, 'AuditStaged', 1, 'audit',
    ${id('audit')}, '${json(sample.audit.payload)}'::jsonb, 'CONFIDENTIAL', ${id('corr')}, ${id('cmd')}, now()
  FROM i
), answer AS (
  INSERT INTO case_registry.idempotency_record (actor_id, idempotency_key, digest, status, etag, location, body,
    command_id, created_at)
  SELECT '${ACTOR}', ${id('key')}, '${sample.answer.digest}', 201, '"1"', '/cases/' || ${id('case')},
    ${numbered(sample.answer.body)}, ${id('cmd')}, now() FROM i, a
)
SELECT value FROM a`
    .replace(/\n(?!WITH)/g, ' ')
    .concat(';\n');
}

/** pgbench takes a colon before a letter or a digit for a variable, in strings too. */
const withoutVariables = (text: string): string => text.replace(/:(?=\w)/g, ': ');
