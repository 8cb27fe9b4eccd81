import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Officer } from './officer.js';

/** The application as a user runs it: a process of its own, at the head of its own process group. */
export class RemitProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly baseUrl: string,
    readonly exited: Promise<number | null>,
  ) {}

  /**
   * Resolves once it says that it is ready.
   * @param entry what to run instead of the application's own entry point: one that takes messages of the test
   * @param folder where its build is, when it is not this one
   * @throws Error with what it printed when it ends before that
   */
  static async start(
    dataDir: string,
    environment: Record<string, string> = {},
    { entry, folder = '.' }: { entry?: string; folder?: string } = {},
  ): Promise<RemitProcess> {
    const child = spawn(process.execPath, [entry ?? 'dist/src/main.js'], {
      cwd: folder,
      detached: true,
      env: { PATH: process.env.PATH ?? '', REMIT_DATA_DIR: dataDir, PORT: '0', ...environment },
      stdio: ['ignore', 'pipe', 'pipe', ...(entry ? (['ipc'] as const) : [])],
    });
    const printed: string[] = [];
    const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
    const baseUrl = await new Promise<string>((resolve, reject) => {
      const read = (line: string): void => {
        printed.push(line);
        const address = /ready at (http:\/\/[\d.]+:\d+)/.exec(line)?.[1];
        if (address) resolve(address);
      };
      for (const stream of [child.stdout, child.stderr]) if (stream) createInterface(stream).on('line', read);
      void exited.then(() => {
        reject(new Error(`Remit ended before it was ready:\n${printed.slice(-5).join('\n')}`));
      });
    });
    return new RemitProcess(child, baseUrl, exited);
  }

  /** Calls the listener with each message of an entry point of the tests. */
  onMessage(listener: (message: unknown) => void): void {
    this.child.on('message', listener);
  }

  send(message: object): void {
    this.child.send(message);
  }

  as(actorId: string): Officer {
    return new Officer(`${this.baseUrl}/api/v1`, actorId);
  }

  /** @throws Error when it was never started */
  get pid(): number {
    if (this.child.pid === undefined) throw new Error('It has no process.');
    return this.child.pid;
  }

  /** Ends it as an operator would, and answers its exit code. */
  stop(): Promise<number | null> {
    this.child.kill('SIGTERM');
    return this.exited;
  }

  /** Kills the whole process group, with no chance to say goodbye. */
  async killGroup(): Promise<void> {
    this.signal('SIGKILL');
    await this.exited;
  }

  /** Lets a stopped process group go on. */
  resume(): void {
    this.signal('SIGCONT');
  }

  private signal(name: NodeJS.Signals): void {
    process.kill(-this.pid, name);
  }
}

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs one of our scripts to its end, with nothing in its environment but this. */
export const runScript = (script: string, args: string[], environment: Record<string, string>): Promise<Ran> =>
  new Promise((resolve) => {
    const env = { PATH: process.env.PATH ?? '', ...environment };
    execFile(process.execPath, [script, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
