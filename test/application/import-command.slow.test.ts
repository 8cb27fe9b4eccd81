import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { actionsFile } from '../support/imports.js';
import { RemitProcess } from '../support/process.js';

const SAMPLE = 'test/support/samples/enforcement-actions.csv';

interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

let folder: string;
let dataDir: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'remit-import-'));
  dataDir = join(folder, 'data');
  await chmod(folder, 0o755);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = (args: string[], environment: Record<string, string> = {}): Promise<Ran> =>
  new Promise((resolve) => {
    // Nothing listens on port 1: unless a test says otherwise, no application is found.
    const env = { PATH: process.env.PATH ?? '', REMIT_DATA_DIR: dataDir, PORT: '1', ...environment };
    const command = ['dist/src/cli/remit.js', 'import', 'cases', ...args];
    execFile(process.execPath, command, { env }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });

const fileOf = async (name: string, text: string): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
};

describe('remit import cases, where nothing runs', () => {
  it('says in a dry run what would happen', async () => {
    const { code, stdout } = await run([SAMPLE, '--dry-run']);
    expect(stdout).toContain('8 would be created, 0 exist already, 4 would be refused.');
    expect(code).toBe(2);
  });

  it('starts the application for itself, imports, and ends it', async () => {
    const { code, stdout, stderr } = await run([SAMPLE]);
    expect(stderr).toBe('');
    expect(stdout).toContain('8 created, 0 existing, 4 refused.');
    expect(stdout).toContain('  row 8, line 11: action_date: Write a real date as YYYY-MM-DD. (NOT_A_DATE)');
    expect(code).toBe(2);
    const again = await run([SAMPLE]);
    expect(again.stdout).toContain('0 created, 8 existing, 4 refused.');
  });
});

describe('remit import cases, where the application runs', () => {
  let remit: RemitProcess;
  beforeAll(async () => {
    remit = await RemitProcess.start(dataDir);
  });
  afterAll(() => remit.stop());

  it('imports through it', async () => {
    const file = await fileOf('two.csv', actionsFile(2, 1));
    const { code, stdout } = await run([file, '--url', remit.baseUrl]);
    expect(stdout).toContain('2 created, 0 existing, 0 refused.');
    expect(code).toBe(0);
  });

  it('finds it on its port', async () => {
    const { stdout } = await run([SAMPLE, '--as', 'supervisor_sol'], { PORT: new URL(remit.baseUrl).port });
    expect(stdout).toContain('0 created, 8 existing, 4 refused.');
  });

  it('takes a mapping of the user\u2019s own along', async () => {
    const mapping = await fileOf(
      'complaints.yaml',
      [
        '---',
        'name: complaints',
        'columns: [id, firm, day, kind]',
        'key: [id]',
        'party: { kind: ORGANISATION, legalName: firm }',
        'case:',
        '  receivedOn: day',
        "  title: '{kind}'",
        '  caseTypeCode: { column: kind, rules: [], otherwise: GEN }',
        'values: { kind: { A: Complaint } }',
      ].join('\n'),
    );
    const file = await fileOf('complaints.csv', 'id,firm,day,kind\n7,Alder Mill Ltd,2020-01-02,A\n8,,2020-01-03,A\n');
    const { code, stdout } = await run([file, '--mapping', mapping, '--url', remit.baseUrl]);
    expect(stdout).toContain('By the mapping complaints, of 2 rows:');
    expect(stdout).toContain('  row 2, line 3: firm: Must not be empty. (REQUIRED)');
    expect(code).toBe(2);
  });

  it.each([
    ['a port on which it is not', [SAMPLE], 'name it: --url'],
    ['an address where nothing is', [SAMPLE, '--url', 'http://127.0.0.1:1'], 'does not answer at'],
    ['a file that is not there', ['nowhere.csv', '--url', 'HERE'], 'nowhere.csv'],
    ['an officer who may not', [SAMPLE, '--as', 'auditor_aude', '--url', 'HERE'], 'FORBIDDEN'],
    ['a token that is none', [SAMPLE, '--token', 'none', '--url', 'HERE'], 'UNAUTHENTICATED'],
  ])('ends with one line and code 1 for %s', async (_, args, said) => {
    const { code, stderr } = await run(args.map((each) => (each === 'HERE' ? remit.baseUrl : each)));
    expect(stderr).toContain(said);
    expect(stderr).toMatch(/^[^\n]+\n$/);
    expect(code).toBe(1);
  });
});
