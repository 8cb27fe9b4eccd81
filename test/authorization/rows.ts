import { AppModule } from '../../src/app.module.js';
import { demonstration } from '../../src/casework/identity/identity-of.js';
import { permissionRows } from '../../src/platform/http/permission-rows.js';
import type { Policy } from '../../src/platform/policy/policy.js';
import { TEST_SEED } from '../support/application.js';

/** Every row that the code has, the helpers for development included. They are the objects that decide. */
export const rowsInCode = (): Policy[] =>
  permissionRows(AppModule.with(demonstration(TEST_SEED) as Parameters<typeof AppModule.with>[0])).map(
    ({ policy }) => policy,
  );

/** Those of routes; the others are of commands that one module sends another. */
export const rowsOfRoutes = (): Policy[] => rowsInCode().filter(({ endpoint }) => !endpoint.startsWith('tell '));
