/** As long as a pool waits for a new connection. */
const WAIT_MS = 5_000;

type Enter = (error?: Error) => void;

/**
 * Counts the connections to one server that are really open, from before the first byte until the server has ended
 * them. A pool counts one that it gives up as gone at once, and may open the next while the server still has both.
 */
export class OpenConnections {
  private open = 0;
  private readonly queue: Enter[] = [];

  constructor(readonly most: number) {}

  /** Calls back when there is room, with an error if there is none in five seconds. */
  enter(entered: Enter): void {
    if (this.open < this.most) {
      this.open += 1;
      entered();
      return;
    }
    const late = setTimeout(() => {
      this.queue.splice(this.queue.indexOf(admit), 1);
      entered(new Error('timeout exceeded when trying to connect'));
    }, WAIT_MS);
    const admit = (): void => {
      clearTimeout(late);
      entered();
    };
    this.queue.push(admit);
  }

  /** A connection has ended. */
  leave(): void {
    const next = this.queue.shift();
    if (next) next();
    else this.open -= 1;
  }
}
