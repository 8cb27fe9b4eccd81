import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Items of evidence, their contents, grants, and the chain of custody. A custody event is sealed into its item's chain
 * by the database itself, at the insert: its place cannot be known before all earlier ones are committed, and a reader
 * of evidence must not be refused because another reads it too. A row that brings its place along is one that is
 * restored, and stays as it was.
 */
export class Evidence1763700005001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE evidence_item (
        evidence_id text COLLATE "C" PRIMARY KEY,
        version integer NOT NULL,
        case_id text COLLATE "C" NOT NULL,
        status text NOT NULL CHECK (status IN ('REGISTERED', 'STORED')),
        title text NOT NULL,
        media_type text NOT NULL,
        classification text NOT NULL,
        classification_version integer NOT NULL,
        evidence_version integer NOT NULL,
        custodian_id text NOT NULL,
        held boolean NOT NULL,
        collected_at timestamptz NOT NULL,
        collected_by text NOT NULL,
        registered_at timestamptz NOT NULL,
        registered_by text NOT NULL
      );
      CREATE INDEX evidence_item_case ON evidence_item (case_id, evidence_id);

      CREATE TABLE stored_content (
        checksum_sha256 text COLLATE "C" PRIMARY KEY CHECK (checksum_sha256 ~ '^[0-9a-f]{64}$'),
        size bigint NOT NULL CHECK (size > 0),
        claimed_at timestamptz NOT NULL,
        last_verified_at timestamptz,
        next_check_at timestamptz NOT NULL,
        damaged_at timestamptz
      );
      CREATE INDEX stored_content_check ON stored_content (next_check_at);
      CREATE INDEX stored_content_damaged ON stored_content (damaged_at) WHERE damaged_at IS NOT NULL;

      CREATE TABLE evidence_version (
        evidence_id text COLLATE "C" NOT NULL REFERENCES evidence_item,
        evidence_version integer NOT NULL,
        checksum_sha256 text COLLATE "C" NOT NULL REFERENCES stored_content,
        size bigint NOT NULL,
        added_at timestamptz NOT NULL,
        added_by text NOT NULL,
        PRIMARY KEY (evidence_id, evidence_version)
      );
      CREATE INDEX evidence_version_content ON evidence_version (checksum_sha256);

      CREATE TABLE access_grant (
        grant_id text COLLATE "C" PRIMARY KEY,
        version integer NOT NULL,
        evidence_id text COLLATE "C" NOT NULL REFERENCES evidence_item,
        case_id text COLLATE "C" NOT NULL,
        grantee_id text NOT NULL,
        purpose text NOT NULL,
        granted_at timestamptz NOT NULL,
        granted_by text NOT NULL,
        expires_at timestamptz NOT NULL,
        revoked_at timestamptz,
        revoked_by text
      );
      CREATE INDEX access_grant_item ON access_grant (evidence_id, grant_id);
      CREATE INDEX access_grant_grantee ON access_grant (grantee_id, case_id);

      CREATE TABLE custody_event (
        evidence_id text COLLATE "C" NOT NULL REFERENCES evidence_item,
        seq integer NOT NULL CHECK (seq > 0),
        type text NOT NULL,
        actor_id text NOT NULL,
        at timestamptz(3) NOT NULL,
        details jsonb NOT NULL,
        reason text,
        previous_hash text COLLATE "C" NOT NULL,
        hash text COLLATE "C" NOT NULL,
        PRIMARY KEY (evidence_id, seq)
      );

      CREATE FUNCTION seal_custody_event() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM pg_advisory_xact_lock(hashtextextended('remit custody chain ' || NEW.evidence_id, 0));
        SELECT e.seq + 1, e.hash INTO NEW.seq, NEW.previous_hash
          FROM custody_event e WHERE e.evidence_id = NEW.evidence_id ORDER BY e.seq DESC LIMIT 1;
        NEW.seq := coalesce(NEW.seq, 1);
        NEW.previous_hash := coalesce(NEW.previous_hash, repeat('0', 64));
        NEW.hash := encode(sha256(convert_to(jsonb_build_array(NEW.evidence_id, NEW.seq, NEW.type, NEW.actor_id,
          to_char(NEW.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), NEW.details, NEW.reason,
          NEW.previous_hash)::text, 'UTF8')), 'hex');
        RETURN NEW;
      END $$;
      CREATE TRIGGER seal_custody_event BEFORE INSERT ON custody_event
        FOR EACH ROW WHEN (NEW.seq IS NULL) EXECUTE FUNCTION seal_custody_event();
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only.'));
  }
}
