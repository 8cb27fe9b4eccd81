/** Wakes whoever waits. Raised between two waits, it is not lost: the next wait ends at once. */
export class Signal {
  private waiting = new Set<() => void>();
  private raised = false;

  raise(): void {
    if (this.waiting.size === 0) this.raised = true;
    for (const wake of [...this.waiting]) wake();
  }

  /** Resolves when raised, or after the time given. Keeps the process alive only while something else does. */
  next(atMostMs?: number): Promise<void> {
    if (this.raised) {
      this.raised = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const timer =
        atMostMs === undefined
          ? undefined
          : setTimeout(() => {
              wake();
            }, atMostMs);
      const wake = (): void => {
        clearTimeout(timer);
        this.waiting.delete(wake);
        resolve();
      };
      this.waiting.add(wake);
    });
  }
}
