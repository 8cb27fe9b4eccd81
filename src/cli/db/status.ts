import type { SchemaStatus } from '../../platform/database/migrate.js';

export function describeSchema({ schema, executed, pending, unknown }: SchemaStatus): string {
  const state =
    unknown.length > 0
      ? `NEWER than this version (${unknown.join(', ')})`
      : pending.length > 0
        ? `${pending.length} to run (${pending.join(', ')})`
        : 'up to date';
  return `${schema.padEnd(16)} ${String(executed.length).padStart(3)} run  ${state}`;
}
