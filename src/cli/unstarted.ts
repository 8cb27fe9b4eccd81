import { randomBytes } from 'node:crypto';
import type { DynamicModule } from '@nestjs/common';
import { AppModule } from '../app.module.js';
import { CASEWORK } from '../casework/domain.js';
import { demonstration } from '../casework/identity/identity-of.js';
import { ServerBudgets } from '../platform/database/server-budgets.js';
import type { Declaration } from '../platform/ownership/declaration.js';
import { Log } from '../platform/telemetry/log.js';

/** The wiring with everything in it, the helpers for development included, for whoever reads it. Nothing is started. */
export const unstarted = (declarations: readonly Declaration[] = []): DynamicModule =>
  AppModule.with({
    foundation: {
      declarations,
      connections: new Map(),
      budgets: new ServerBudgets(() => 0),
      relatedBy: CASEWORK.relatedBy,
      alone: true,
    },
    log: new Log('silent'),
    ...demonstration(randomBytes(32)),
  });
