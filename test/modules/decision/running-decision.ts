import pg from 'pg';
import { EvidenceClassified } from '../../../src/contracts/evidence/evidence-classified.v1.js';
import { DecisionModule } from '../../../src/modules/decision/decision.module.js';
import { newId } from '../../../src/platform/base/ids.js';
import { Kernel } from '../../../src/platform/kernel/kernel.js';
import { eventually } from '../../support/eventually.js';
import { startModule, type TestModule } from '../../support/module.js';
import type { Officer, Reply } from '../../support/officer.js';
import { OtherModules, newStory, type Story } from './other-modules.js';

export type Answered = Record<string, unknown> & { version: number; errorCode?: string };

/** An event as the log holds it. */
export interface Logged {
  type: string;
  aggregateId: string;
  version: number;
  payload: Record<string, unknown>;
}

export const approvalOf = ({ party }: Story): Record<string, unknown> => ({
  outcome: 'WARNING_AND_REMEDIATION_ORDER',
  legalBasisCodes: ['ACT-12-4', 'REG-7-2'],
  reasoning: 'SECRET-REASONING: the discharge went on for a year.',
  noticeRequired: true,
  obligations: [{ obligationType: 'REMEDIATION', partyId: party.partyId, dueInDays: 30 }],
});

/** Decision alone, with the answers of other modules given and the log at hand. */
export class RunningDecision {
  readonly otherModules = new OtherModules();

  private constructor(
    readonly module: TestModule,
    readonly admin: pg.Client,
  ) {}

  static async start(): Promise<RunningDecision> {
    const module = await startModule(DecisionModule);
    const admin = new pg.Client({ connectionString: module.database.url });
    await admin.connect();
    const running = new RunningDecision(module, admin);
    running.otherModules.answerFor(module);
    return running;
  }

  async stop(): Promise<void> {
    await this.admin.end();
    await this.module.stop();
  }

  as(actorId: string): Officer {
    return this.module.as(actorId);
  }

  known(about: Parameters<typeof newStory>[0] = {}): Story {
    const story = newStory(about);
    this.otherModules.stories.push(story);
    return story;
  }

  command(
    actorId: string,
    path: string,
    version: number | undefined,
    body: unknown = {},
    headers: Record<string, string> = {},
  ): Promise<Reply<Answered>> {
    const ifMatch: Record<string, string> = version === undefined ? {} : { 'if-match': `"${version}"` };
    return this.as(actorId).post<Answered>(path, body, { ...ifMatch, ...headers });
  }

  async drafted({ reference, findings, party, evidence }: Story): Promise<string> {
    const { body } = await this.as('legal_lena').post<{ decisionPackageId: string }>('/decision-packages', {
      caseId: reference.caseId,
      investigationId: findings.investigationId,
      evidenceIds: evidence.slice(0, 1).map(({ evidenceId }) => evidenceId),
      subjectPartyId: party.partyId,
    });
    return body.decisionPackageId;
  }

  submit(id: string, version = 1, headers: Record<string, string> = {}): Promise<Reply<Answered>> {
    return this.command('legal_lena', `/decision-packages/${id}/submission`, version, {}, headers);
  }

  async submitted(story: Story): Promise<string> {
    const id = await this.drafted(story);
    await this.submit(id);
    return id;
  }

  approve(id: string, version: number, body: unknown, actorId = 'authority_ada'): Promise<Reply<Answered>> {
    return this.command(actorId, `/decision-packages/${id}/approval`, version, body);
  }

  /** @returns the ids of the package and of what was decided */
  async decided(story: Story): Promise<{ packageId: string; decisionId: string }> {
    const packageId = await this.submitted(story);
    const { body } = await this.approve(packageId, 2, approvalOf(story));
    return { packageId, decisionId: String(body.decisionId) };
  }

  async rows<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.admin.query<Row>(sql, values)).rows;
  }

  /** Everything that Decision has stored, as text, but the state of its deliveries. */
  async stored(): Promise<Record<string, string>> {
    const tables = await this.rows<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relnamespace = 'decision'::regnamespace AND relkind = 'r'
       AND relname NOT LIKE 'inbox%' AND relname NOT IN ('consumer_offset', 'schema_migration') ORDER BY 1`,
    );
    const contents: Record<string, string> = {};
    for (const { name } of tables) {
      const [row] = await this.rows<{ all: string }>(
        `SELECT coalesce(json_agg(t ORDER BY t::text), '[]')::text AS all FROM decision.${name} t`,
      );
      contents[name] = row?.all ?? '';
    }
    return contents;
  }

  /** What Decision has published, audit apart, in order. */
  events(caseId: string): Promise<Logged[]> {
    return this.rows<Logged & pg.QueryResultRow>(
      `SELECT event_type AS type, aggregate_id AS "aggregateId", aggregate_version::int AS version, payload_json AS payload
       FROM bus.outbox_event WHERE producer = 'decision' AND event_type <> 'AuditStaged'
       AND payload_json ->> 'caseId' = $1 ORDER BY position`,
      [caseId],
    );
  }

  /** The audit records about a case, in order. */
  async audits(caseId: string): Promise<Record<string, unknown>[]> {
    const found = await this.rows<{ payload: Record<string, unknown> }>(
      `SELECT payload_json AS payload FROM bus.outbox_event WHERE event_type = 'AuditStaged'
       AND payload_json -> 'subject' ->> 'caseId' = $1 ORDER BY position`,
      [caseId],
    );
    return found.map(({ payload }) => payload);
  }

  /** Evidence tells of a reclassification; resolves once Decision has handled it. */
  async reclassified(
    { reference }: Story,
    evidenceId: string,
    from: string,
    to: string,
    classificationVersion = 2,
  ): Promise<string> {
    const id = newId('evt');
    await this.module.log.append({
      id,
      producer: 'evidence',
      contract: EvidenceClassified,
      aggregateType: 'evidence',
      aggregateId: evidenceId,
      aggregateVersion: classificationVersion,
      payload: { caseId: reference.caseId, evidenceId, from, to, evidenceVersion: 1, classificationVersion },
    });
    await this.handled(id);
    return id;
  }

  handled(eventId: string): Promise<unknown> {
    return eventually(
      () => this.rows<{ status: string }>('SELECT status FROM decision.inbox_event WHERE event_id = $1', [eventId]),
      ([row]) => row?.status === 'PROCESSED',
    );
  }

  async advanceClock(days: number): Promise<void> {
    await this.module.app.get(Kernel).advanceClock(days * 86_400_000);
  }
}
