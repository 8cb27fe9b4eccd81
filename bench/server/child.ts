import { fork, type ChildProcess } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Cleanup } from '../run/cleanup.js';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');

interface Reply {
  id: number;
  result?: unknown;
  error?: string;
}

/** A process of the bench's own that answers calls. */
export class Child {
  private readonly pending = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  private lastId = 0;

  private constructor(
    private readonly process: ChildProcess,
    private readonly script: string,
    private readonly exited: Promise<void>,
  ) {
    process.on('message', ({ id, result, error }: Reply) => {
      const waiting = this.pending.get(id);
      this.pending.delete(id);
      if (error === undefined) waiting?.resolve(result);
      else waiting?.reject(new Error(`${script}: ${error}`));
    });
  }

  /** @param script relative to `bench`, without its ending */
  static start(script: string, cleanup: Cleanup): Child {
    const forked = fork(join(ROOT, `${script}.js`), { execArgv: ['--expose-gc', '--enable-source-maps'] });
    const exited = new Promise<void>((resolve) => {
      forked.once('exit', () => {
        resolve();
      });
    });
    const child = new Child(forked, script, exited);
    void exited.then(() => {
      for (const { reject } of child.pending.values()) reject(new Error(`${script} ended.`));
    });
    cleanup.add(() => child.end());
    return child;
  }

  call<Result = void>(method: string, argument: unknown = {}): Promise<Result> {
    this.lastId += 1;
    const id = this.lastId;
    return new Promise((resolve, reject) => {
      if (!this.process.connected) {
        reject(new Error(`${this.script} is not running.`));
        return;
      }
      this.pending.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.process.send({ id, method, argument });
    });
  }

  /** Ends it: it goes by itself when its channel closes, and is killed when it does not. */
  async end(): Promise<void> {
    if (this.process.connected) this.process.disconnect();
    const killing = setTimeout(() => this.process.kill('SIGKILL'), 5_000);
    await this.exited;
    clearTimeout(killing);
  }
}
