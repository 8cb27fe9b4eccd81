interface Lookup<Value> {
  readonly keys: Set<string>;
  readonly found: Promise<ReadonlyMap<string, Value>>;
}

/**
 * Looks up rows by key for many callers at once: who comes while a look-up is under way shares the next one. A lone
 * caller waits for nobody; under load many commands share one round trip, which costs each more than the row itself.
 * A look-up always begins after it was asked for, so that a caller sees what was committed before.
 */
export class GatheredLookup<Value> {
  private current: Promise<unknown> | undefined;
  private next: Lookup<Value> | undefined;

  constructor(private readonly lookUp: (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>) {}

  /** @returns the values of those keys that have one */
  async of(keys: readonly string[]): Promise<Map<string, Value>> {
    this.next ??= this.open();
    for (const key of keys) this.next.keys.add(key);
    const found = await this.next.found;
    return new Map(keys.flatMap((key) => (found.has(key) ? [[key, found.get(key) as Value] as const] : [])));
  }

  private open(): Lookup<Value> {
    const keys = new Set<string>();
    return { keys, found: this.after(this.current, keys) };
  }

  private async after(previous: Promise<unknown> | undefined, keys: Set<string>): Promise<ReadonlyMap<string, Value>> {
    // Whether those before failed is theirs to know.
    await previous?.catch(() => undefined);
    this.next = undefined;
    const found = this.lookUp([...keys]);
    this.current = found;
    return found;
  }
}
