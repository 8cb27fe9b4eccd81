import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { ownershipCommand } from '../../src/cli/ownership.js';
import { inTree } from './fixture-tree.js';

const run = async (...words: string[]): Promise<{ output: string; exitCode: typeof process.exitCode }> => {
  let output = '';
  const write = (text: unknown): boolean => {
    output += String(text);
    return true;
  };
  const streams = [process.stdout, process.stderr].map((stream) =>
    jest.spyOn(stream, 'write').mockImplementation(write),
  );
  try {
    await ownershipCommand().parseAsync(words, { from: 'user' });
    return { output, exitCode: process.exitCode };
  } finally {
    for (const stream of streams) stream.mockRestore();
  }
};

describe('remit ownership', () => {
  const before = process.exitCode;

  afterEach(() => {
    process.exitCode = before;
  });

  it('check shows each violation with where, why and how to mend it, and fails', async () => {
    const { output, exitCode } = await inTree('foreign-schema--table', (root) => run('check', '--root', root));
    expect(output).toContain('src/modules/billing/x.ts:5\n  foreign-schema: names the schema orders');
    expect(output).toContain('  Mend: Ask the owner over the bus');
    expect(output).toContain('1 violation in 3 declarations, 15 source files and 13 SQL statements.');
    expect(exitCode).toBe(1);
  });

  it('check passes on a sound tree and says what it has read', async () => {
    const { output, exitCode } = await inTree(undefined, (root) => run('check', '--root', root));
    expect(output).toBe('0 violations in 3 declarations, 14 source files and 12 SQL statements.\n');
    expect(exitCode).toBe(before);
  });

  it('generate writes what check then finds up to date', async () => {
    const { exitCode } = await inTree('outdated-document', async (root) => {
      await run('generate', '--root', root);
      return run('check', '--root', root);
    });
    expect(exitCode).toBe(before);
  });

  it('check names what a projection gained without a new version, and generate does not paper over it', async () => {
    const { checked, generated, kept } = await inTree('unversioned-projection', async (root) => {
      const file = join(root, 'docs/projections.json');
      const before = readFileSync(file, 'utf8');
      const checked = await run('check', '--root', root);
      const generated = await run('generate', '--root', root);
      return { checked, generated, kept: readFileSync(file, 'utf8') === before };
    });
    for (const { output, exitCode } of [checked, generated]) {
      expect(output).toContain('has version 1 as before, but OrderPlaced@1 is new');
      expect(output).toContain('Mend: Raise its version to 2');
      expect(exitCode).toBe(1);
    }
    expect(kept).toBe(true);
  });

  it('generate keeps what a projection gained once its version has risen, and check then passes', async () => {
    const { output } = await inTree('unversioned-projection', async (root) => {
      const file = join(root, 'src/modules/billing/ownership.yaml');
      writeFileSync(file, readFileSync(file, 'utf8').replace(/(open-orders:.*version: )1/, '$12'));
      expect((await run('generate', '--root', root)).output).toContain('Wrote docs/projections.json.');
      return run('check', '--root', root);
    });
    expect(output).toContain('0 violations');
  });

  it('explain finds columns in the migrations', async () => {
    const { output } = await inTree(undefined, (root) => run('explain', 'totalAtInvoice', '--root', root));
    expect(output).toContain('invoice.total_at_invoice (column)\n  Owner:     billing');
  });

  it('explain fails for what nobody declares', async () => {
    const { output, exitCode } = await inTree(undefined, (root) => run('explain', 'weather', '--root', root));
    expect(output).toContain('Nobody declares "weather"');
    expect(exitCode).toBe(1);
  });

  it('tells of an unreadable declaration without a stack trace', async () => {
    const { output, exitCode } = await inTree('declaration-shape--twice', (root) => run('generate', '--root', root));
    expect(output).toContain('Map keys must be unique');
    expect(output).not.toContain('    at ');
    expect(exitCode).toBe(1);
  });
});
