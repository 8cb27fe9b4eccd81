import pg from 'pg';
import type { Declaration } from '../ownership/declaration.js';
import { connectionFor, scramVerifier } from './credentials.js';
import { ADMINISTRATOR, newPassword, storePassword } from './embedded/credentials-file.js';
import { asAdministrator, secretOf } from './prepare-database.js';
import { provisionRoles } from './provision.js';

/**
 * Gives every login of the modules and of the log's reader another password, all in one transaction. Connections that
 * are open live on, and processes that hold the administrator's connection find the new passwords by themselves.
 */
export function rotateCredentials(url: string, declarations: readonly Declaration[]): Promise<unknown> {
  return asAdministrator(url, (admin) => provisionRoles(admin, declarations, secretOf(url), { with: [] }));
}

/**
 * The same for the embedded server, whose administrator gets another password too. Both are noted before the server
 * changes it, so that a kill at any moment leaves one that it accepts.
 */
export function rotateEmbeddedCredentials(
  url: string,
  declarations: readonly Declaration[],
  dataDir: string,
): Promise<void> {
  return asAdministrator(url, async (admin) => {
    const next = newPassword();
    await storePassword(dataDir, secretOf(url), next);
    const change = `ALTER ROLE ${ADMINISTRATOR} PASSWORD ${pg.escapeLiteral(scramVerifier(next))}`;
    await provisionRoles(admin, declarations, secretOf(connectionFor(url, ADMINISTRATOR, next)), { with: [change] });
    await storePassword(dataDir, next);
  });
}
