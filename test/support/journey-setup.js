import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/**
 * What journeys ask for over HTTP, because they know neither the application's code nor its database: where the
 * application is that they share, and a database for one of their own. A run that asks for none starts none.
 */
export class JourneySetup {
  /** @param makeDatabase answers an administrator's connection to a new, migrated database */
  constructor(makeDatabase) {
    this.makeDatabase = makeDatabase;
    this.server = createServer((request, response) => {
      const answer = request.url === '/application' ? this.application() : this.makeDatabase();
      answer.then(
        (text) => response.end(text),
        (error) => response.writeHead(500).end(String(error)),
      );
    });
  }

  /** @returns where it answers */
  async listen() {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    this.server.unref();
    return `http://127.0.0.1:${this.server.address().port}`;
  }

  async close() {
    this.server.closeAllConnections();
    this.server.close();
    if (!this.started) return;
    await this.started.catch(() => undefined);
    if (this.child.exitCode === null) {
      this.child.kill('SIGTERM');
      await once(this.child, 'exit');
    }
    await rm(this.dataDir, { recursive: true, force: true });
  }

  application() {
    this.started ??= this.start();
    return this.started;
  }

  async start() {
    this.dataDir = await mkdtemp(join(tmpdir(), 'remit-journeys-'));
    const { PATH } = process.env;
    const own = { DATABASE_URL: await this.makeDatabase(), REMIT_DATA_DIR: this.dataDir };
    const child = spawn(process.execPath, ['dist/src/main.js'], {
      env: { PATH, ...own, REMIT_DEV: '1', PORT: '0', NODE_NO_WARNINGS: '1' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.child = child;
    return new Promise((resolve, reject) => {
      createInterface(child.stdout).on('line', (line) => {
        const address = /ready at (http:\/\/[\d.]+:\d+)/.exec(line)?.[1];
        if (address) resolve(address);
      });
      child.once('exit', (code) => reject(new Error(`Remit ended before it was ready, with ${code}.`)));
    });
  }
}
