#!/usr/bin/env node
import { Command } from 'commander';
import { ownershipCommand } from './ownership.js';

await new Command('remit').addCommand(ownershipCommand()).parseAsync();
