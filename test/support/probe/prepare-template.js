import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asAdministrator, prepareDatabase } from '../../../dist/src/platform/database/prepare-database.js';
import { provisionRoles, provisionSchemas } from '../../../dist/src/platform/database/provision.js';
import { rolesOf } from '../../../dist/src/platform/database/roles.js';
import { readDeclarations } from '../../../dist/src/platform/ownership/load-declarations.js';

const HERE = dirname(fileURLToPath(import.meta.url));

/** The probe's tables come from SQL beside its declaration: the tree's migrations belong to real modules. */
export async function prepareProbeTemplate(url, platform) {
  const declared = [platform, ...readDeclarations(HERE).declarations];
  await asAdministrator(url, async (admin) => {
    await provisionRoles(admin, declared, decodeURIComponent(new URL(url).password));
    await provisionSchemas(admin, declared);
    for (const declaration of declared.slice(1)) {
      const tables = readFileSync(join(HERE, 'modules', declaration.module, 'tables.sql'), 'utf8');
      const { schema } = declaration.database;
      await admin.query(`SET ROLE ${rolesOf(declaration).owner}; SET search_path = ${schema}`);
      await admin.query(`${tables}; RESET ROLE`);
    }
  });
  await prepareDatabase(url, declared);
}
