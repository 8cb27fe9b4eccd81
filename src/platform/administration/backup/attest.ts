import pg from 'pg';
import type { Attestation, Testimony } from '../attestation.js';
import type { Connections } from '../../database/module-variables.js';

/**
 * Lets every module that has one make its attestation, under its own role.
 * @param snapshot exported by the transaction whose rows they are to read; without it they read the present
 */
export async function attestAll(
  attestations: ReadonlyMap<string, Attestation>,
  connections: Connections,
  snapshot?: string,
): Promise<Record<string, Testimony>> {
  const testimonies: Record<string, Testimony> = {};
  for (const [module, attestation] of attestations) {
    const client = new pg.Client({ connectionString: connections.get(module) });
    client.on('error', () => undefined);
    await client.connect();
    try {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      if (snapshot) await client.query(`SET TRANSACTION SNAPSHOT ${pg.escapeLiteral(snapshot)}`);
      testimonies[module] = await attestation.attest(async <Row extends pg.QueryResultRow>(statement: pg.QueryConfig) => (await client.query<Row>(statement)).rows); // prettier-ignore
    } finally {
      await client.end();
    }
  }
  return testimonies;
}
