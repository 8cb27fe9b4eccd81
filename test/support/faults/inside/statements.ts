import pg from 'pg';

/** What is done about statements on their way to the database. */
export interface StatementHook {
  matches(text: string): boolean;
  rewrite?(text: string): string;
  before?(values: readonly unknown[]): void;
  /** The database has answered, and nobody here has heard of it yet. */
  after?(): void;
}

interface Config {
  text: string;
  values?: readonly unknown[];
}
type Query = (this: pg.Client, ...given: unknown[]) => unknown;
type Heard = (error: unknown, result: unknown) => void;

const hooks: StatementHook[] = [];

export const onStatement = (hook: StatementHook): number => hooks.push(hook);

/** Every statement of every connection passes here, whichever way the driver is called. */
export function watchStatements(): void {
  const client = pg.Client.prototype as unknown as { query: Query };
  const { query } = client;
  client.query = function (this: pg.Client, ...given: unknown[]): unknown {
    const [first, ...rest] = given;
    const config = first as string | Config;
    const text = typeof config === 'string' ? config : config.text;
    const matching = hooks.filter((hook) => hook.matches(text));
    if (matching.length === 0) return query.apply(this, given);
    const values = typeof config === 'string' ? [] : (config.values ?? []);
    for (const hook of matching) hook.before?.(values);
    const heard = (): void => {
      for (const hook of matching) hook.after?.();
    };
    const rewritten = matching.reduce((now, hook) => hook.rewrite?.(now) ?? now, text);
    const changed = typeof config === 'string' ? rewritten : { ...config, text: rewritten };
    const last = rest.at(-1);
    if (typeof last === 'function') {
      const answered: Heard = (error, result) => {
        if (!error) heard();
        (last as Heard)(error, result);
      };
      return query.call(this, changed, ...rest.slice(0, -1), answered);
    }
    return (query.call(this, changed, ...rest) as Promise<unknown>).then((result) => {
      heard();
      return result;
    });
  };
}
