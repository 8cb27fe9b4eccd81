import { createHash } from 'node:crypto';
import { Module } from '@nestjs/common';
import pg from 'pg';
import { AuditModule } from '../../../src/modules/audit/audit.module.js';
import { readConfiguration } from '../../../src/casework/configuration.js';
import { CASEWORK } from '../../../src/casework/domain.js';
import { demonstration } from '../../../src/casework/identity/identity-of.js';
import { ServerBudgets } from '../../../src/platform/database/server-budgets.js';
import { createServer } from '../../../src/platform/http/create-server.js';
import { newId } from '../../../src/platform/base/ids.js';
import type { AuditStaged } from '../../../src/platform/messaging/envelope.js';
import { PlatformModule } from '../../../src/platform/platform.module.js';
import { declarations } from '../../../src/platform/start.js';
import { Log } from '../../../src/platform/telemetry/log.js';
import { cloneDatabase, type TestDatabase } from '../../support/database.js';
import { Officer } from '../../support/officer.js';

/** Audit alone, with the log of everybody else's audit events played by the test. */
export interface AuditApplication {
  database: TestDatabase;
  as(actorId: string): Officer;
  /** Stages the records as a module would, and answers the ids of their events. */
  stage(...records: AuditStaged[]): Promise<string[]>;
  /** Runs a statement as the server's administrator, whom no grant holds back. */
  tamper(sql: string, values?: unknown[]): Promise<void>;
  stop(): Promise<void>;
}

@Module({})
class AuditAlone {}

const identity = demonstration(createHash('sha256').update('tests').digest());

export async function startAudit(): Promise<AuditApplication> {
  const database = await cloneDatabase();
  const log = new Log('fatal');
  const foundation = {
    declarations: declarations(),
    connections: database.connections,
    budgets: new ServerBudgets(() => 40),
    relatedBy: CASEWORK.relatedBy,
    alone: true,
  };
  const platform = PlatformModule.with({ foundation, log, ...identity });
  const app = await createServer({ module: AuditAlone, imports: [platform, AuditModule] }, readConfiguration({}), log);
  await app.listen(0, '127.0.0.1');
  const baseUrl = (await app.getUrl()).replace('[::1]', '127.0.0.1');
  return {
    database,
    as: (actorId) => new Officer(`${baseUrl}/api/v1`, actorId),
    stage: (...records) => connected(connectionOf(database, 'party'), (client) => stage(client, records)),
    tamper: (sql, values) =>
      connected(database.url, async (admin) => {
        await admin.query(sql, values);
      }),
    stop: async () => {
      await app.close();
      await database.drop();
    },
  };
}

export function connectionOf(database: TestDatabase, module: string): string {
  const url = database.connections.get(module);
  if (!url) throw new Error(`${module} has no connection.`);
  return url;
}

/** Works on a connection of its own. */
export async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, pipeline: true });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function stage(client: pg.Client, records: readonly AuditStaged[]): Promise<string[]> {
  const events = records.map((record) => ({ id: newId('evt'), record }));
  await client.query(
    `INSERT INTO bus.outbox_event (id, producer, aggregate_type, aggregate_id, aggregate_version, event_type,
       event_version, topic, event_key, payload_json, classification, correlation_id, causation_id, occurred_at)
     SELECT e.id, 'party', 'audit_event', e.audit_id, 1, 'AuditStaged', 1, 'audit', e.audit_id, e.payload::jsonb,
       'CONFIDENTIAL', e.payload::jsonb ->> 'correlationId', e.payload::jsonb ->> 'sourceCommandId', now()
     FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS e (id, audit_id, payload, place) ORDER BY place`,
    [
      events.map(({ id }) => id),
      events.map(({ record }) => record.auditId),
      events.map(({ record }) => JSON.stringify(record)),
    ],
  );
  return events.map(({ id }) => id);
}
