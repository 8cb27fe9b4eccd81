import { readFile, rm } from 'node:fs/promises';
import { eventually } from '../eventually.js';
import type { Officer } from '../officer.js';
import { RemitProcess } from '../process.js';
import { preload } from './compile-preload.js';
import type { Breakage, CrashPoint, Order, Stroke, Struck, Word } from './crash-points.js';

const PATIENCE_MS = 60_000;

/** The application as a user runs it, with a witness inside, and ready to fail where it is told to. */
export class FaultedProcess {
  /** Who speaks to it. One for all, so that it has one token. */
  readonly officer: Officer;
  private readonly words: Word[] = [];
  private ended = false;

  private constructor(
    private readonly remit: RemitProcess,
    private readonly mark: string,
  ) {
    this.officer = remit.as('intake_ines');
    remit.hear((word) => this.words.push(word as Word));
    void remit.exited.then(() => (this.ended = true));
  }

  static async start(
    dataDir: string,
    environment: Record<string, string>,
    mark: string,
    broken?: Breakage,
  ): Promise<FaultedProcess> {
    const instructions = JSON.stringify({ mark, ...(broken && { broken }) });
    const told = { LOG_LEVEL: 'info', ...environment, TEST_FAULTS: instructions };
    const started = new FaultedProcess(await RemitProcess.start(dataDir, told, [await preload()]), mark);
    await started.officer.get('/cases?limit=1');
    return started;
  }

  as(actorId: string): Officer {
    return this.remit.as(actorId);
  }

  /** Its consumers, with the types of event that each handles. */
  async consumers(): Promise<{ name: string; events: string[] }[]> {
    const word = await this.heard((each) => 'consumers' in each);
    return 'consumers' in word ? word.consumers : [];
  }

  /** It strikes itself when it comes to this point for the `after`th time from now on. */
  async arm(point: CrashPoint, after = 1, stroke: Stroke = 'SIGKILL'): Promise<void> {
    await rm(this.mark, { force: true });
    this.tell({ arm: point, after, stroke });
    await this.heard((word) => 'armed' in word && word.armed === point);
  }

  /** Where it has struck itself. */
  async struck(withinMs = PATIENCE_MS): Promise<Struck> {
    const left = await eventually(
      () => readFile(this.mark, 'utf8').catch(() => ''),
      (mark) => mark !== '',
      withinMs,
    );
    return JSON.parse(left) as Struck;
  }

  async poison(keys: string[]): Promise<void> {
    const before = this.words.length;
    this.tell({ poison: keys });
    await this.heard((word) => 'poisoned' in word, before);
  }

  /** Waits until it has moved the consumer's offset from now on. */
  async moved(consumer: string): Promise<void> {
    await this.heard((word) => 'moved' in word && word.moved === consumer && word.held, this.words.length);
  }

  /** Waits until it has moved the consumer's offset, or was refused to, from now on. */
  async triedToMove(consumer: string): Promise<void> {
    await this.heard((word) => 'moved' in word && word.moved === consumer, this.words.length);
  }

  get exited(): Promise<number | null> {
    return this.remit.exited;
  }

  /** Ends it as an operator would; one that was stopped must go on to hear of it. */
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

  private tell(order: Order): void {
    this.remit.tell(order);
  }

  private async heard(isIt: (word: Word) => boolean, from = 0): Promise<Word> {
    const word = await eventually(
      () => this.words.slice(from).find(isIt),
      (found) => found !== undefined,
      PATIENCE_MS,
    );
    if (!word) throw new Error('It said nothing.');
    return word;
  }
}
