/** What was read at one revision of the tables that it was read from. */
export interface KnownPage<Page> {
  revision: string;
  page: Page;
}

/** Pages asked for again and again, such as everybody's first. The least lately asked for makes room. */
export class KnownPages<Page> {
  private readonly pages = new Map<string, KnownPage<Page>>();

  constructor(private readonly most: number) {}

  get(key: string): KnownPage<Page> | undefined {
    const known = this.pages.get(key);
    if (known) this.put(key, known);
    return known;
  }

  put(key: string, known: KnownPage<Page>): void {
    this.pages.delete(key);
    this.pages.set(key, known);
    const [oldest] = this.pages.keys();
    if (this.pages.size > this.most && oldest !== undefined) this.pages.delete(oldest);
  }
}
