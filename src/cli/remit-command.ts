import { Command } from 'commander';
import { apiCommand } from './api.js';
import { databaseCommand } from './db/db.js';
import { importCommand } from './import.js';
import { ownershipCommand } from './ownership.js';
import { permissionsCommand } from './permissions.js';
import { projectionsCommand } from './projections.js';

/** Everything that `remit` understands. */
export const remitCommand = (): Command =>
  new Command('remit')
    .description('Regulatory case management in which every fact has one owner')
    .addCommand(apiCommand())
    .addCommand(databaseCommand())
    .addCommand(importCommand())
    .addCommand(ownershipCommand())
    .addCommand(permissionsCommand())
    .addCommand(projectionsCommand());
