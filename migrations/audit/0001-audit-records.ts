import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The audit records. Columns besides the record are copies to search by. Times have the precision in which they are
 * hashed, so that none can hold more than the hash covers.
 */
export class AuditRecords1763700003001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE audit_record (
        audit_id text COLLATE "C" PRIMARY KEY,
        subject text COLLATE "C" NOT NULL,
        seq bigint NOT NULL CHECK (seq > 0),
        previous_hash text COLLATE "C" NOT NULL,
        hash text COLLATE "C" NOT NULL,
        event_id text COLLATE "C" NOT NULL,
        producer text NOT NULL,
        recorded_at timestamptz(3) NOT NULL,
        occurred_at timestamptz(3) NOT NULL,
        actor_id text NOT NULL,
        role text NOT NULL,
        action text NOT NULL,
        event_type text NOT NULL,
        case_id text COLLATE "C",
        party_id text COLLATE "C",
        policy_decision_id text NOT NULL,
        source_command_id text NOT NULL,
        correlation_id text NOT NULL,
        record jsonb NOT NULL,
        UNIQUE (subject, seq)
      );
      CREATE INDEX audit_record_time ON audit_record (occurred_at, audit_id);
      CREATE INDEX audit_record_actor ON audit_record (actor_id, occurred_at, audit_id);
      CREATE INDEX audit_record_action ON audit_record (action, occurred_at, audit_id);
      CREATE INDEX audit_record_case ON audit_record (case_id, occurred_at, audit_id) WHERE case_id IS NOT NULL;
      CREATE INDEX audit_record_party ON audit_record (party_id, occurred_at, audit_id) WHERE party_id IS NOT NULL;
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only.'));
  }
}
