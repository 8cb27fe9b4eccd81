// Carries out the Dockerfile without a container engine: its COPY and RUN lines in order in clean folders, then its CMD
// and HEALTHCHECK as an unprivileged user on a read-only tree. Needs DATABASE_URL (an administrator's, with password);
// as root it runs the application as `nobody`.
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DockerfileParser } from 'dockerfile-ast';

const root = mkdtempSync(join(tmpdir(), 'remit-container-'));
const stages = new Map();
let stage = '';
let workdir = '';
const environment = { PATH: process.env.PATH, HOME: join(root, 'home') };
const image = { env: {}, cmd: [], health: [] };
const place = (path) => join(stage, path.startsWith('/') ? path : join(workdir, path));
const sh = (command) => execFileSync('sh', ['-c', command], { cwd: place('.'), env: environment, stdio: 'inherit' });

mkdirSync(environment.HOME);
for (const instruction of DockerfileParser.parse(readFileSync('Dockerfile', 'utf8')).getInstructions()) {
  const words = instruction.getArguments().map((each) => each.getValue());
  const text = instruction.getRawArgumentsContent() ?? '';
  const json = () => JSON.parse(text.slice(text.indexOf('[')));
  process.stdout.write(`${instruction.getKeyword()} ${text.split('\n')[0]}\n`);
  switch (instruction.getKeyword()) {
    case 'FROM':
      stage = join(root, words[2] ?? 'image');
      stages.set(words[2] ?? 'image', stage);
      mkdirSync(stage);
      break;
    case 'WORKDIR':
      workdir = words[0];
      mkdirSync(place('.'), { recursive: true });
      break;
    case 'COPY': {
      const from = instruction.getFlags()[0]?.getValue();
      const paths = words;
      const target = place(paths.at(-1));
      for (const source of paths.slice(0, -1)) {
        const into = paths.at(-1).endsWith('/') ? join(target, source) : target;
        mkdirSync(dirname(into), { recursive: true });
        cpSync(from ? join(stages.get(from), source) : source, into, { recursive: true, verbatimSymlinks: true });
      }
      break;
    }
    case 'RUN':
      sh(text);
      break;
    case 'ENV':
      for (const each of words) image.env[each.split('=')[0]] = each.split('=')[1];
      break;
    case 'CMD':
      image.cmd = json();
      break;
    case 'HEALTHCHECK':
      image.health = json();
      break;
  }
}

sh('du -sh . node_modules && ls node_modules | wc -l');
if (process.getuid() === 0) execFileSync('chmod', ['755', root]);
execFileSync('chmod', ['-R', 'a-w', stage]);
const asUser = process.getuid() === 0 ? { uid: 65534, gid: 65534 } : {};
const env = {
  ...image.env,
  ...JSON.parse(process.env.CONTAINER_ENV ?? '{}'),
  DATABASE_URL: process.env.DATABASE_URL,
  PATH: process.env.PATH,
  PORT: '0',
};
const child = spawn(image.cmd[0], image.cmd.slice(1), {
  cwd: place('.'),
  env,
  ...asUser,
  stdio: ['ignore', 'pipe', 'inherit'],
});
const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
let printed = '';
child.stdout.on('data', (data) => (printed += data));
let port;
while (!(port = /ready at http:\/\/[^"]*:(\d+)/.exec(printed)?.[1])) {
  if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode} before it was ready.\n${printed}`);
  await pause(50);
}
execFileSync(image.health[0], image.health.slice(1), {
  cwd: '/',
  env: { PATH: process.env.PATH, PORT: port },
  ...asUser,
});
process.stdout.write(`Ready at port ${port}; the health check passes. `);
child.kill('SIGTERM');
const code = await ended;
process.stdout.write(`SIGTERM: exit code ${code}.\n`);
execFileSync('chmod', ['-R', 'u+w', root]);
rmSync(root, { recursive: true });
process.exit(code === 0 ? 0 : 1);
