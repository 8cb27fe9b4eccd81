import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Decision packages with what each submission froze, the versions of what was decided, corrections and reviews. A
 * finalized package keeps its decision: `decision_version` refers to it, so that it can be neither replaced nor taken
 * back. Whoever proposed something never approved it, whatever the application believes.
 */
export class Decisions1763700001001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE decision_package (
        decision_package_id text COLLATE "C" PRIMARY KEY,
        version integer NOT NULL,
        case_id text COLLATE "C" NOT NULL,
        investigation_id text COLLATE "C" NOT NULL,
        evidence_ids text[] NOT NULL,
        subject_party_id text COLLATE "C" NOT NULL,
        status text NOT NULL CHECK (status IN ('DRAFT', 'AWAITING_APPROVAL', 'REJECTED', 'FINALIZED')),
        submission integer NOT NULL,
        review_required boolean NOT NULL,
        drafted_by text NOT NULL,
        drafted_at timestamptz NOT NULL,
        submitted_by text,
        submitted_at timestamptz,
        approved_by text,
        finalized_at timestamptz,
        decision_id text COLLATE "C" UNIQUE,
        decision_version integer,
        CHECK ((submission = 0) = (status = 'DRAFT')),
        CHECK ((submission = 0) = (submitted_by IS NULL)),
        CHECK ((status = 'FINALIZED') = (decision_id IS NOT NULL)),
        CHECK ((decision_id IS NULL) = (decision_version IS NULL)),
        CHECK ((decision_id IS NULL) = (approved_by IS NULL)),
        CHECK (NOT (status = 'FINALIZED' AND review_required)),
        CONSTRAINT approved_by_another_person CHECK (approved_by <> submitted_by)
      );
      CREATE INDEX decision_package_case ON decision_package (case_id, decision_package_id);

      CREATE TABLE package_submission (
        decision_package_id text COLLATE "C" NOT NULL REFERENCES decision_package,
        submission integer NOT NULL,
        case_number_at_submission text NOT NULL,
        case_classification_at_submission text NOT NULL,
        recommendation_at_submission text NOT NULL,
        party_id text COLLATE "C" NOT NULL,
        party_version_at_submission integer NOT NULL,
        party_name_at_submission text NOT NULL,
        registration_number_at_submission text,
        party_classification_at_submission text NOT NULL,
        submitted_by text NOT NULL,
        captured_at timestamptz NOT NULL,
        PRIMARY KEY (decision_package_id, submission)
      );

      CREATE TABLE finding_snapshot (
        decision_package_id text COLLATE "C" NOT NULL,
        submission integer NOT NULL,
        finding_id text COLLATE "C" NOT NULL,
        finding_version integer NOT NULL,
        allegation_id text COLLATE "C" NOT NULL,
        legal_basis_code text NOT NULL,
        against_party_id text COLLATE "C" NOT NULL,
        conclusion text NOT NULL,
        statement_at_submission text NOT NULL,
        evidence_refs jsonb NOT NULL,
        PRIMARY KEY (decision_package_id, submission, finding_id),
        FOREIGN KEY (decision_package_id, submission) REFERENCES package_submission
      );

      CREATE TABLE evidence_reference (
        decision_package_id text COLLATE "C" NOT NULL,
        submission integer NOT NULL,
        evidence_id text COLLATE "C" NOT NULL,
        evidence_version integer NOT NULL,
        classification_at_submission text NOT NULL,
        checksum_sha256 text NOT NULL,
        PRIMARY KEY (decision_package_id, submission, evidence_id, evidence_version),
        FOREIGN KEY (decision_package_id, submission) REFERENCES package_submission
      );
      CREATE INDEX evidence_reference_evidence ON evidence_reference (evidence_id);

      CREATE TABLE package_rejection (
        decision_package_id text COLLATE "C" NOT NULL,
        submission integer NOT NULL,
        rejected_by text NOT NULL,
        rejected_at timestamptz NOT NULL,
        reason text NOT NULL,
        PRIMARY KEY (decision_package_id, submission),
        FOREIGN KEY (decision_package_id, submission) REFERENCES package_submission
      );

      CREATE TABLE decision_version (
        decision_id text COLLATE "C" NOT NULL REFERENCES decision_package (decision_id),
        decision_version integer NOT NULL,
        decision_package_id text COLLATE "C" NOT NULL REFERENCES decision_package,
        case_id text COLLATE "C" NOT NULL,
        investigation_id text COLLATE "C" NOT NULL,
        submission integer NOT NULL,
        subject_party_id text COLLATE "C" NOT NULL,
        party_name_at_decision text NOT NULL,
        party_version_at_decision integer NOT NULL,
        party_classification_at_decision text NOT NULL,
        outcome text NOT NULL,
        legal_basis_codes text[] NOT NULL CHECK (cardinality(legal_basis_codes) > 0),
        notice_required boolean NOT NULL,
        obligations jsonb NOT NULL,
        proposed_by text NOT NULL,
        approved_by text NOT NULL,
        correction_id text COLLATE "C",
        decided_at timestamptz NOT NULL,
        PRIMARY KEY (decision_id, decision_version),
        CHECK ((decision_version = 1) = (correction_id IS NULL)),
        CHECK (notice_required OR jsonb_array_length(obligations) = 0),
        CONSTRAINT decided_by_another_person CHECK (approved_by <> proposed_by)
      );

      CREATE TABLE decision_reasoning (
        decision_id text COLLATE "C" NOT NULL,
        decision_version integer NOT NULL,
        reasoning_text text NOT NULL CHECK (reasoning_text ~ '\\S'),
        PRIMARY KEY (decision_id, decision_version),
        FOREIGN KEY (decision_id, decision_version) REFERENCES decision_version
      );

      CREATE TABLE decision_correction (
        correction_id text COLLATE "C" PRIMARY KEY,
        version integer NOT NULL,
        decision_id text COLLATE "C" NOT NULL REFERENCES decision_package (decision_id),
        case_id text COLLATE "C" NOT NULL,
        of_decision_version integer NOT NULL,
        status text NOT NULL CHECK (status IN ('AWAITING_APPROVAL', 'APPROVED', 'REJECTED', 'WITHDRAWN')),
        change jsonb NOT NULL,
        reasoning_text text,
        reason text NOT NULL,
        ticket_ref text,
        requested_by text NOT NULL,
        requested_at timestamptz NOT NULL,
        approved_by text NOT NULL,
        expires_at timestamptz NOT NULL,
        settled_by text,
        settled_at timestamptz,
        settlement_reason text,
        CHECK ((status = 'AWAITING_APPROVAL') = (settled_by IS NULL)),
        CONSTRAINT corrected_by_another_person CHECK (approved_by <> requested_by),
        CONSTRAINT settled_by_whom_it_names CHECK (status NOT IN ('APPROVED', 'REJECTED') OR settled_by = approved_by)
      );
      CREATE INDEX decision_correction_decision ON decision_correction (decision_id, correction_id);

      CREATE TABLE decision_review (
        review_id text COLLATE "C" PRIMARY KEY,
        version integer NOT NULL,
        case_id text COLLATE "C" NOT NULL,
        decision_package_id text COLLATE "C" NOT NULL REFERENCES decision_package,
        decision_id text COLLATE "C" NOT NULL REFERENCES decision_package (decision_id),
        evidence_id text COLLATE "C" NOT NULL,
        from_classification text NOT NULL,
        to_classification text NOT NULL,
        opened_at timestamptz NOT NULL,
        opened_by_event_id text COLLATE "C" NOT NULL,
        status text NOT NULL CHECK (status IN ('OPEN', 'CONCLUDED')),
        conclusion text CHECK (conclusion IN ('CONFIRMED', 'CORRECTION_NEEDED')),
        reason text,
        concluded_by text,
        concluded_at timestamptz,
        UNIQUE (opened_by_event_id, decision_id),
        CHECK ((status = 'CONCLUDED') = (conclusion IS NOT NULL)),
        CHECK ((status = 'CONCLUDED') = (concluded_by IS NOT NULL))
      );
      CREATE INDEX decision_review_case ON decision_review (case_id, review_id);

      CREATE TABLE evidence_watch (
        evidence_id text COLLATE "C" PRIMARY KEY,
        classification text,
        classification_version integer NOT NULL,
        submissions integer NOT NULL
      );
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only.'));
  }
}
