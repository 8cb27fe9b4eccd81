#!/usr/bin/env node
import 'reflect-metadata';
import { remitCommand } from './remit-command.js';

await remitCommand()
  .parseAsync()
  .catch((error: unknown) => {
    // One line for whoever runs the command; a stack would only hide it.
    process.stderr.write(`remit: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
