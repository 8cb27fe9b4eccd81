import { DataSource, type EntityManager, type EntityTarget, type ObjectLiteral } from 'typeorm';
import { CaseHeader } from '../../src/modules/case-registry/case-header.js';
import { CaseLifecycle } from '../../src/modules/case-registry/case-lifecycle.js';
import { CaseParty } from '../../src/modules/case-registry/case-party.js';
import { IdempotencyRecord, OutboxEvent } from './case-rows.js';
import { ACTOR, NUMBER, PARTY_NAME, type CaseRows } from './case-writes.js';

type Row = [EntityTarget<ObjectLiteral>, object];

/** As the administrator: the module's own role may not read the log, and `save` reads before it writes. */
export async function openByTypeorm(url: string, poolSize: number): Promise<DataSource> {
  const source = new DataSource({
    type: 'postgres',
    url,
    schema: 'case_registry',
    entities: [CaseHeader, CaseParty, CaseLifecycle, OutboxEvent, IdempotencyRecord],
    installExtensions: false,
    poolSize,
  });
  return source.initialize();
}

/** The same writes in a transaction, row by row, as most NestJS code does. */
export function registerByTypeorm(source: DataSource, rows: CaseRows, how: 'insert' | 'save'): Promise<string> {
  return source.transaction(async (manager) => {
    const number = await allocate(manager, rows);
    for (const [entity, row] of rowsOf(rows, number)) {
      if (how === 'insert') await manager.insert(entity, row);
      else await manager.save(entity, row);
    }
    return number;
  });
}

async function allocate(manager: EntityManager, { body, at }: CaseRows): Promise<string> {
  const [allocated] = await manager.query<{ value: string }[]>(
    `INSERT INTO case_registry.case_number_counter AS counter (case_type_code, year, last_number) VALUES ($1, $2, 1)
     ON CONFLICT (case_type_code, year) DO UPDATE SET last_number = counter.last_number + 1
     RETURNING case_type_code || '-' || year || '-' || lpad(last_number::text, 6, '0') AS value`,
    [body.caseTypeCode, at.getUTCFullYear()],
  );
  return allocated?.value ?? '';
}

function rowsOf(rows: CaseRows, number: string): Row[] {
  const { caseId, at, body, partyId, event, audit, answer, commandId, correlationId } = rows;
  const numbered = (value: object): string => JSON.stringify(value).replace(NUMBER, number);
  const { caseTypeCode, title, summary, location, receivedOn } = body;
  const logged = { eventVersion: 1, aggregateVersion: 1, producer: 'case-registry', causationId: commandId };
  const both = { ...logged, correlationId, traceContext: null, occurredAt: at };
  const header = { caseId, version: 1, caseNumber: number, caseTypeCode, title, summary, classification: 'INTERNAL' };
  const [registered, audited] = [JSON.parse(numbered(event.payload)) as object, audit.payload];
  return [
    [CaseHeader, { ...header, restrictedToTeam: false, team: 'central', location, receivedOn, registeredAt: at, registeredBy: ACTOR }],
    [CaseParty, { caseId, partyId, role: 'SUBJECT', partyNameAtRegistration: PARTY_NAME, partyVersionAtRegistration: 1, registeredAt: at }],
    [CaseLifecycle, { caseId, version: 0, epoch: 1, status: 'REGISTERED' }],
    [OutboxEvent, { ...both, id: event.id, aggregateType: 'case_header', aggregateId: caseId, eventType: 'CaseRegistered', topic: 'case-registry', eventKey: caseId, payload: registered, classification: 'INTERNAL' }],
    [OutboxEvent, { ...both, id: audit.id, aggregateType: 'audit_event', aggregateId: audit.auditId, eventType: 'AuditStaged', topic: 'audit', eventKey: audit.auditId, payload: audited, classification: 'CONFIDENTIAL' }],
    [IdempotencyRecord, { actorId: ACTOR, key: answer.key, digest: answer.digest, status: 201, etag: '"1"', location: `/cases/${caseId}`, body: numbered(answer.body), commandId, createdAt: at }],
  ]; // prettier-ignore
}
