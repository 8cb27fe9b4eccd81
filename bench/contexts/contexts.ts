import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asAdministrator } from '../../src/platform/administration/prepare-database.js';
import { provisionRoles, provisionSchemas } from '../../src/platform/administration/provision.js';
import { rolesOf } from '../../src/platform/administration/roles.js';
import type { Declaration } from '../../src/platform/ownership/declaration.js';
import { DeclarationError, readDeclarations } from '../../src/platform/ownership/load-declarations.js';
import { declarations } from '../../src/platform/start.js';
import type { BenchDatabase, BenchServer } from '../server/bench-server.js';

/** The declarations and tables are read where they are written: nothing copies them into the build. */
const SOURCE = join(dirname(fileURLToPath(import.meta.url)), '../../../bench/contexts');

function contexts(): Declaration[] {
  const { declarations: found, problems } = readDeclarations(SOURCE);
  const real = problems.filter(({ where }) => where.includes('/modules/'));
  if (real.length > 0) throw new DeclarationError(real);
  return found;
}

/** The platform with the contexts that only the bench knows. */
export function benchDeclarations(): Declaration[] {
  const platform = declarations().filter(({ module }) => module === 'platform');
  return [...platform, ...contexts()];
}

export function declarationOf(module: string): Declaration {
  const found = benchDeclarations().find((declaration) => declaration.module === module);
  if (!found) throw new Error(`There is no declaration of ${module}.`);
  return found;
}

/** A database with the platform and the bench's contexts alone. Their tables come from SQL: migrations are the product's. */
export function benchDatabase(server: BenchServer, name: string): Promise<BenchDatabase> {
  return server.database(name, benchDeclarations(), async (url) => {
    await asAdministrator(url, async (admin) => {
      await provisionRoles(admin, benchDeclarations(), decodeURIComponent(new URL(url).password));
      await provisionSchemas(admin, benchDeclarations());
      for (const declaration of contexts()) {
        const tables = readFileSync(join(SOURCE, 'modules', declaration.module, 'tables.sql'), 'utf8');
        const { schema } = declaration.database;
        await admin.query(`SET ROLE ${rolesOf(declaration).owner}; SET search_path = ${schema}`);
        await admin.query(`${tables}; RESET ROLE`);
      }
    });
  });
}
