import { readFile, rm } from 'node:fs/promises';
import { eventually } from '../eventually.js';
import type { Officer } from '../officer.js';
import { RemitProcess } from '../process.js';
import { faultEntry } from './compile-entry.js';
import type { Breakage, CrashPoint, FaultRequest, Hit, Report, Signal } from './crash-points.js';

const PATIENCE_MS = 60_000;

/** The application as a user runs it, with a probe that records its effects and can end it at a named point. */
export class FaultedProcess {
  /** Who sends it commands. One for all, so that it has one token. */
  readonly officer: Officer;
  private readonly reports: Report[] = [];
  private ended = false;

  private constructor(
    private readonly remit: RemitProcess,
    private readonly hitFile: string,
  ) {
    this.officer = remit.as('intake_ines');
    remit.onMessage((message) => this.reports.push(message as Report));
    void remit.exited.then(() => (this.ended = true));
  }

  static async start(
    dataDir: string,
    environment: Record<string, string>,
    hitFile: string,
    broken?: Breakage,
  ): Promise<FaultedProcess> {
    const instructions = JSON.stringify({ hitFile, ...(broken && { broken }) });
    const variables = { LOG_LEVEL: 'info', ...environment, TEST_FAULTS: instructions };
    const remit = await RemitProcess.start(dataDir, variables, { entry: await faultEntry() });
    const started = new FaultedProcess(remit, hitFile);
    await started.officer.get('/cases?limit=1');
    return started;
  }

  as(actorId: string): Officer {
    return this.remit.as(actorId);
  }

  /** Its consumers, with the types of event that each handles. */
  async consumers(): Promise<{ name: string; events: string[] }[]> {
    const report = await this.reported((each) => 'consumers' in each);
    return 'consumers' in report ? report.consumers : [];
  }

  /** From now on it sends itself the signal when it reaches this point for the `after`th time. */
  async arm(point: CrashPoint, after = 1, signal: Signal = 'SIGKILL'): Promise<void> {
    await rm(this.hitFile, { force: true });
    this.request({ arm: point, after, signal });
    await this.reported((report) => 'armed' in report && report.armed === point);
  }

  /** Waits until it has reached the armed point. */
  async hit(withinMs = PATIENCE_MS): Promise<Hit> {
    const left = await eventually(
      () => readFile(this.hitFile, 'utf8').catch(() => ''),
      (hit) => hit !== '',
      withinMs,
    );
    return JSON.parse(left) as Hit;
  }

  async poison(keys: string[]): Promise<void> {
    const before = this.reports.length;
    this.request({ poison: keys });
    await this.reported((report) => 'poisoned' in report, before);
  }

  /** Waits until it has moved the consumer's offset from now on. */
  async moved(consumer: string): Promise<void> {
    const isMove = (report: Report): boolean => 'moved' in report && report.moved === consumer && report.done;
    await this.reported(isMove, this.reports.length);
  }

  /** Waits until it has moved the consumer's offset, or was refused to, from now on. */
  async triedToMove(consumer: string): Promise<void> {
    await this.reported((report) => 'moved' in report && report.moved === consumer, this.reports.length);
  }

  get exited(): Promise<number | null> {
    return this.remit.exited;
  }

  /** Ends it as an operator would; one that was stopped must go on to receive the signal. */
  async stop(): Promise<void> {
    if (this.ended) return;
    this.remit.resume();
    await this.remit.stop();
  }

  killGroup(): Promise<void> {
    return this.remit.killGroup();
  }

  resume(): void {
    this.remit.resume();
  }

  private request(request: FaultRequest): void {
    this.remit.send(request);
  }

  private async reported(isIt: (report: Report) => boolean, from = 0): Promise<Report> {
    const report = await eventually(
      () => this.reports.slice(from).find(isIt),
      (found) => found !== undefined,
      PATIENCE_MS,
    );
    if (!report) throw new Error('It reported nothing.');
    return report;
  }
}
