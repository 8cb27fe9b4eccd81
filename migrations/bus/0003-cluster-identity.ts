import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Notes the cluster in which the log's transaction ids and the consumers' snapshots were made. */
export class ClusterIdentity1763700000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE cluster_identity (
        singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
        system_identifier bigint NOT NULL
      );
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only.'));
  }
}
