import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parseArgs, promisify } from 'node:util';
import pg from 'pg';
import { runningServerUrl } from '../../src/platform/administration/embedded/running-server.js';
import { RemitProcess } from '../support/process.js';
import { fill } from './fill.js';
import { OwnersAnswers } from './owners-answers.js';

/**
 * Fills the application that is built in a folder, on a database of its own, and keeps a backup of it with the tests:
 * `npm run keep-release -- --version 0.2.0` for this build, with `--of <folder>` for a checkout of another release.
 */
const { values } = parseArgs({ options: { of: { type: 'string', default: '.' }, version: { type: 'string' } } });
if (!values.version) throw new Error('Name the release: --version 0.2.0');
const application = resolve(values.of);
const kept = resolve('test/upgrades', values.version);
const dataDir = await mkdtemp(join(tmpdir(), 'remit-release-'));
// As root the embedded server runs as another user, who must be able to pass through.
await chmod(dataDir, 0o755);

const remit = await RemitProcess.start(dataDir, {}, { folder: application });
const admin = new pg.Client({ connectionString: await runningServerUrl(dataDir) });
await admin.connect();

/** Investigation cannot note that this evidence was reclassified, until it can again. */
async function refuse(evidenceId: string): Promise<() => Promise<void>> {
  const table = 'investigation.reclassified_evidence';
  await admin.query(`ALTER TABLE ${table} ADD CONSTRAINT stuck CHECK (evidence_id <> ${pg.escapeLiteral(evidenceId)})`);
  return async () => {
    await admin.query(`ALTER TABLE ${table} DROP CONSTRAINT stuck`);
  };
}

try {
  const answered = await fill(remit, refuse);
  const run = promisify(execFile);
  for (const part of ['backup', 'evidence']) await rm(join(kept, part), { recursive: true, force: true });
  await mkdir(kept, { recursive: true });
  await run(process.execPath, ['dist/src/cli/remit.js', 'db', 'backup', '--to', join(kept, 'backup')], {
    cwd: application,
    env: { ...process.env, REMIT_DATA_DIR: dataDir },
  });
  await cp(join(dataDir, 'evidence', 'sha256'), join(kept, 'evidence', 'sha256'), { recursive: true });
  await writeFile(join(kept, 'first-answers.json'), `${JSON.stringify(answered, null, 2)}\n`);
  const answers = JSON.stringify(await OwnersAnswers.of(remit));
  await writeFile(join(kept, 'owners-answers.json.gz'), gzipSync(answers));
} finally {
  await admin.end();
  await remit.stop();
  await rm(dataDir, { recursive: true, force: true });
}
