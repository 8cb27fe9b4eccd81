import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectionFor } from '../../../dist/src/platform/administration/credentials.js';
import { migrate } from '../../../dist/src/platform/administration/migrate.js';
import { asAdministrator, prepareDatabase } from '../../../dist/src/platform/administration/prepare-database.js';
import { provisionRoles, provisionSchemas } from '../../../dist/src/platform/administration/provision.js';
import { rolesOf } from '../../../dist/src/platform/administration/roles.js';
import { intoSlots } from '../../../dist/src/platform/ownership/slots.js';
import { readDeclarations } from '../../../dist/src/platform/ownership/load-declarations.js';

const HERE = dirname(fileURLToPath(import.meta.url));

/** The probe's tables come from SQL beside its declaration: the tree's migrations belong to real modules. */
export async function prepareProbeTemplate(url, platform) {
  const declared = [platform, ...readDeclarations(HERE).declarations];
  await asAdministrator(url, async (admin) => {
    const credentials = await provisionRoles(admin, declared, decodeURIComponent(new URL(url).password));
    await provisionSchemas(admin, declared);
    await migrate(admin, declared, (declaration) => {
      const { migrator } = rolesOf(declaration);
      return connectionFor(url, migrator, credentials.passwordOf(migrator));
    });
    for (const declaration of declared.slice(1)) {
      const tables = readFileSync(join(HERE, 'modules', declaration.module, 'tables.sql'), 'utf8');
      const { schema } = declaration.database;
      await admin.query(`SET ROLE ${rolesOf(declaration).owner}; SET search_path = ${schema}`);
      await admin.query(tables);
      for (const [projection, owned] of Object.entries(declaration.projections))
        for (const table of owned.tables) await admin.query(intoSlots(projection, table));
      await admin.query('RESET ROLE; RESET search_path');
    }
  });
  await prepareDatabase(url, declared);
}
