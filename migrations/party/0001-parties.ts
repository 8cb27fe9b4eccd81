import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Parties and every version that each has had. */
export class Parties1763700001001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE party (
        party_id text COLLATE "C" PRIMARY KEY,
        version integer NOT NULL,
        kind text NOT NULL,
        legal_name text NOT NULL,
        registration_number text,
        address jsonb,
        contact_preference jsonb NOT NULL,
        classification text NOT NULL,
        profile_version integer NOT NULL,
        contact_preference_version integer NOT NULL,
        merged_into text COLLATE "C" REFERENCES party,
        registered_at timestamptz NOT NULL,
        CHECK (merged_into <> party_id)
      );
      CREATE INDEX party_legal_name ON party (lower(legal_name) text_pattern_ops);
      CREATE INDEX party_merged_into ON party (merged_into) WHERE merged_into IS NOT NULL;

      CREATE TABLE party_version (
        party_id text COLLATE "C" NOT NULL REFERENCES party,
        version integer NOT NULL,
        legal_name text NOT NULL,
        registration_number text,
        address jsonb,
        contact_preference jsonb NOT NULL,
        classification text NOT NULL,
        merged_into text,
        reason text,
        valid_from timestamptz NOT NULL,
        PRIMARY KEY (party_id, version)
      );
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only.'));
  }
}
