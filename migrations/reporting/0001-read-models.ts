import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What every row of a read model remembers of its making. */
const PROVENANCE = `sources jsonb NOT NULL, last_event_id text COLLATE "C" NOT NULL,
  last_event_occurred_at timestamptz NOT NULL, projected_at timestamptz NOT NULL`;

/**
 * The case dossier, the officers' worklist, the cases of a party, and what parties are and were called. A case's own
 * columns are empty until its registration is seen: another aggregate's event may come first.
 */
export class ReadModels1763700001001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE case_dossier (
        case_id text COLLATE "C" PRIMARY KEY,
        case_number text,
        case_type_code text,
        title text,
        status text,
        classification text,
        restricted_to_team boolean,
        team text,
        location text,
        received_on date,
        registered_at timestamptz,
        parties jsonb NOT NULL,
        links jsonb NOT NULL,
        ${PROVENANCE}
      ) WITH (fillfactor = 80);

      CREATE TABLE worklist_case (
        case_id text COLLATE "C" PRIMARY KEY,
        case_number text,
        case_type_code text,
        title text,
        status text,
        classification text,
        restricted_to_team boolean,
        team text,
        location text,
        registered_at timestamptz,
        subjects text[] NOT NULL,
        ${PROVENANCE}
      ) WITH (fillfactor = 80);
      CREATE INDEX worklist_case_age ON worklist_case (registered_at, case_id);
      CREATE INDEX worklist_case_status ON worklist_case (status, registered_at, case_id);
      CREATE INDEX worklist_case_type ON worklist_case (case_type_code, registered_at, case_id);

      -- Rise by one in each transaction that changes rows of their projection, so that a page read before can be
      -- known to be what would be read now.
      CREATE TABLE worklist_revision (revision bigint NOT NULL) WITH (fillfactor = 10);
      INSERT INTO worklist_revision VALUES (0);
      CREATE TABLE party_name_revision (revision bigint NOT NULL) WITH (fillfactor = 10);
      INSERT INTO party_name_revision VALUES (0);

      CREATE TABLE history_case (
        case_id text COLLATE "C" PRIMARY KEY,
        case_number text,
        title text,
        status text,
        classification text,
        restricted_to_team boolean,
        team text,
        registered_at timestamptz,
        ${PROVENANCE}
      ) WITH (fillfactor = 80);

      CREATE TABLE history_role (
        party_id text COLLATE "C" NOT NULL,
        case_id text COLLATE "C" NOT NULL,
        role text COLLATE "C" NOT NULL,
        party_version_at_registration integer,
        removed_at timestamptz,
        ${PROVENANCE},
        PRIMARY KEY (party_id, case_id, role)
      ) WITH (fillfactor = 80);

      CREATE TABLE current_party_name (
        party_id text COLLATE "C" PRIMARY KEY,
        display_name text NOT NULL,
        classification text,
        merged_into text COLLATE "C",
        ${PROVENANCE}
      ) WITH (fillfactor = 80);
      CREATE INDEX current_party_name_merged_into ON current_party_name (merged_into) WHERE merged_into IS NOT NULL;

      CREATE TABLE party_name_by_version (
        party_id text COLLATE "C" NOT NULL,
        party_version integer NOT NULL,
        display_name text NOT NULL,
        event_id text COLLATE "C" NOT NULL,
        PRIMARY KEY (party_id, party_version)
      );
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only.'));
  }
}
