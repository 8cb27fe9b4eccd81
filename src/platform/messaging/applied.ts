/** Wakes those who wait for certain consumers to have applied something. */
export class Applied {
  private readonly waiting = new Set<{ consumers: readonly string[]; wake: () => void }>();

  /** @param consumers that have applied something; everybody who waits is woken unless they are given */
  raise(consumers?: readonly string[]): void {
    for (const { consumers: awaited, wake } of [...this.waiting])
      if (!consumers || awaited.some((each) => consumers.includes(each))) wake();
  }

  /** Resolves when one of these consumers has applied something after this call, or after the time given. */
  next(consumers: readonly string[], atMostMs: number): Promise<void> {
    return new Promise((resolve) => {
      const waiter = {
        consumers,
        wake: () => {
          clearTimeout(timer);
          this.waiting.delete(waiter);
          resolve();
        },
      };
      const timer = setTimeout(waiter.wake, atMostMs);
      this.waiting.add(waiter);
    });
  }
}
