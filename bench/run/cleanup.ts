/** Ends what was started, last first, whatever becomes of the run. */
export class Cleanup {
  private readonly steps: (() => Promise<unknown>)[] = [];

  add(step: () => Promise<unknown>): void {
    this.steps.push(step);
  }

  async run(): Promise<void> {
    for (let step = this.steps.pop(); step; step = this.steps.pop())
      await step().catch((error: unknown) => process.stderr.write(`bench: cleaning up: ${String(error)}\n`));
  }
}
