/** A place where a handler waits until the test lets it go on. */
export class Hold {
  /** Resolves when a handler has come here. */
  readonly reached: Promise<void>;
  release!: () => void;
  private arrive!: () => void;
  private readonly released: Promise<void>;

  constructor() {
    this.reached = new Promise((resolve) => (this.arrive = resolve));
    this.released = new Promise((resolve) => (this.release = resolve));
  }

  readonly wait = (): Promise<void> => {
    this.arrive();
    return this.released;
  };
}
