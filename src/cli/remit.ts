#!/usr/bin/env node
import 'reflect-metadata';
import { Command } from 'commander';
import { databaseCommand } from './db/db.js';
import { importCommand } from './import.js';
import { ownershipCommand } from './ownership.js';
import { projectionsCommand } from './projections.js';

const remit = new Command('remit').description('Regulatory case management in which every fact has one owner');
remit.addCommand(databaseCommand()).addCommand(importCommand());
remit.addCommand(ownershipCommand()).addCommand(projectionsCommand());

await remit.parseAsync().catch((error: unknown) => {
  // One line for whoever runs the command; a stack would only hide it.
  process.stderr.write(`remit: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
