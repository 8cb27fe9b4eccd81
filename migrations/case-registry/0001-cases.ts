import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Case headers with their numbers, parties, links and notes, and the local cache of party names. */
export class Cases1763700001001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE case_type (code text PRIMARY KEY, name text NOT NULL);
      INSERT INTO case_type (code, name) VALUES
        ('ENV', 'Environment'), ('AIR', 'Air quality'), ('WAT', 'Water'), ('WASTE', 'Waste'), ('GEN', 'General');

      CREATE TABLE case_number_counter (
        case_type_code text NOT NULL REFERENCES case_type,
        year integer NOT NULL,
        last_number integer NOT NULL,
        PRIMARY KEY (case_type_code, year)
      ) WITH (fillfactor = 20);

      CREATE TABLE case_header (
        case_id text COLLATE "C" PRIMARY KEY,
        version integer NOT NULL,
        case_number text NOT NULL UNIQUE,
        case_type_code text NOT NULL REFERENCES case_type,
        title text NOT NULL,
        summary text,
        classification text NOT NULL,
        restricted_to_team boolean NOT NULL,
        team text,
        location text,
        received_on date,
        registered_at timestamptz NOT NULL,
        registered_by text NOT NULL
      );

      CREATE TABLE case_party (
        case_id text COLLATE "C" NOT NULL REFERENCES case_header,
        party_id text COLLATE "C" NOT NULL,
        role text NOT NULL,
        party_name_at_registration text NOT NULL,
        party_version_at_registration integer NOT NULL,
        registered_at timestamptz NOT NULL,
        PRIMARY KEY (case_id, party_id, role)
      );
      CREATE INDEX case_party_party ON case_party (party_id, case_id);

      CREATE TABLE case_lifecycle (
        case_id text COLLATE "C" PRIMARY KEY REFERENCES case_header,
        version integer NOT NULL,
        epoch integer NOT NULL,
        status text NOT NULL
      );
      CREATE INDEX case_lifecycle_status ON case_lifecycle (status, case_id);

      CREATE TABLE case_link (
        link_id text COLLATE "C" PRIMARY KEY,
        version integer NOT NULL,
        case_id text COLLATE "C" NOT NULL REFERENCES case_header,
        linked_case_id text COLLATE "C" NOT NULL REFERENCES case_header,
        relation text NOT NULL,
        linked_at timestamptz NOT NULL,
        linked_by text NOT NULL,
        UNIQUE (case_id, linked_case_id, relation),
        CHECK (case_id <> linked_case_id)
      );

      CREATE TABLE case_note (
        note_id text COLLATE "C" PRIMARY KEY,
        version integer NOT NULL,
        case_id text COLLATE "C" NOT NULL REFERENCES case_header,
        text text NOT NULL,
        written_at timestamptz NOT NULL,
        written_by text NOT NULL
      );
      CREATE INDEX case_note_case ON case_note (case_id, note_id);

      CREATE TABLE party_name (
        party_id text COLLATE "C" PRIMARY KEY,
        party_version integer NOT NULL,
        display_name text NOT NULL,
        merged_into text COLLATE "C",
        last_event_id text NOT NULL
      );
      CREATE INDEX party_name_merged_into ON party_name (merged_into) WHERE merged_into IS NOT NULL;
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only.'));
  }
}
