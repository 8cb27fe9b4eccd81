import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Investigations with their allegations and findings, what was submitted, and who has a role in which case. */
export class Investigations1763700001001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE investigation (
        investigation_id text COLLATE "C" PRIMARY KEY,
        version integer NOT NULL,
        case_id text COLLATE "C" NOT NULL,
        epoch integer NOT NULL,
        status text NOT NULL CHECK (status IN ('OPEN', 'SUBMITTED', 'COMPLETED')),
        recommendation text,
        opened_at timestamptz NOT NULL,
        submitted_at timestamptz,
        submitted_by text,
        completed_at timestamptz,
        UNIQUE (case_id, epoch),
        CHECK ((status = 'OPEN') = (recommendation IS NULL))
      );

      -- Changed by every change of an allegation or finding, and closed by the submission.
      CREATE TABLE investigation_contents (
        investigation_id text COLLATE "C" PRIMARY KEY REFERENCES investigation,
        changes bigint NOT NULL,
        open boolean NOT NULL
      ) WITH (fillfactor = 40);

      CREATE TABLE allegation (
        allegation_id text COLLATE "C" PRIMARY KEY,
        version integer NOT NULL,
        investigation_id text COLLATE "C" NOT NULL REFERENCES investigation,
        case_id text COLLATE "C" NOT NULL,
        statement text NOT NULL,
        legal_basis_code text NOT NULL,
        against_party_id text COLLATE "C" NOT NULL,
        recorded_at timestamptz NOT NULL,
        recorded_by text NOT NULL
      );
      CREATE INDEX allegation_investigation ON allegation (investigation_id, allegation_id);
      CREATE INDEX allegation_case ON allegation (case_id, allegation_id);

      CREATE TABLE finding (
        finding_id text COLLATE "C" PRIMARY KEY,
        version integer NOT NULL,
        allegation_id text COLLATE "C" NOT NULL REFERENCES allegation,
        investigation_id text COLLATE "C" NOT NULL REFERENCES investigation,
        case_id text COLLATE "C" NOT NULL,
        statement text NOT NULL,
        conclusion text NOT NULL,
        evidence_refs jsonb NOT NULL,
        classifications_heard jsonb NOT NULL,
        recorded_at timestamptz NOT NULL,
        recorded_by text NOT NULL
      );
      CREATE INDEX finding_investigation ON finding (investigation_id, finding_id);
      CREATE INDEX finding_case ON finding (case_id, finding_id);
      CREATE INDEX finding_allegation ON finding (allegation_id, finding_id);
      CREATE INDEX finding_evidence ON finding USING gin (evidence_refs jsonb_path_ops);

      -- Apart from the findings, by evidence: one that is recorded meanwhile is marked too, and marking gets in the way
      -- of nobody who is amending one.
      CREATE TABLE reclassified_evidence (
        evidence_id text COLLATE "C" NOT NULL,
        classification_version integer NOT NULL,
        from_classification text NOT NULL,
        to_classification text NOT NULL,
        reclassified_at timestamptz NOT NULL,
        PRIMARY KEY (evidence_id, classification_version)
      );

      CREATE TABLE submitted_finding (
        investigation_id text COLLATE "C" NOT NULL REFERENCES investigation,
        finding_id text COLLATE "C" NOT NULL REFERENCES finding,
        finding_version integer NOT NULL,
        allegation_id text COLLATE "C" NOT NULL REFERENCES allegation,
        legal_basis_code_at_submission text NOT NULL,
        against_party_id_at_submission text COLLATE "C" NOT NULL,
        conclusion_at_submission text NOT NULL,
        statement_at_submission text NOT NULL,
        evidence_refs_at_submission jsonb NOT NULL,
        PRIMARY KEY (investigation_id, finding_id)
      );

      CREATE TABLE case_party_role (
        case_id text COLLATE "C" NOT NULL,
        party_id text COLLATE "C" NOT NULL,
        role text COLLATE "C" NOT NULL,
        case_version integer NOT NULL,
        removed_at timestamptz,
        PRIMARY KEY (case_id, party_id, role)
      );
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only.'));
  }
}
