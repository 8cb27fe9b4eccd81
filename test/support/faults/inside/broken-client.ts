import { PooledClient } from '../../../../src/platform/database/pooled-client.js';

/** What a client does wrong with some of the statements that go through it. */
export interface Defect {
  matches: (statement: { name: string; text: string }) => boolean;
  rewrite?: (text: string) => string;
  /** What is sent behind it. */
  then?: readonly string[];
  /** It is answered at once, and sent so many milliseconds later. */
  lateByMs?: number;
}

type Statement = string | { name?: string; text: string };
type Query = (...given: unknown[]) => Promise<unknown>;

/** A client of a module's pool with this defect. Modules use its promises, never its callbacks. */
export const clientWith = ({ matches, rewrite, then = [], lateByMs }: Defect): typeof PooledClient =>
  class extends PooledClient {
    override query(...given: unknown[]): never {
      const send = super.query.bind(this) as Query;
      const [first, ...rest] = given as [Statement, ...unknown[]];
      const { name = '', text } = typeof first === 'string' ? { text: first } : first;
      if (!matches({ name, text })) return send(...given) as never;
      const changed = rewrite ? rewrite(text) : text;
      const statement = typeof first === 'string' ? changed : { ...first, text: changed };
      if (lateByMs !== undefined) {
        setTimeout(() => void send(statement, ...rest).catch(() => undefined), lateByMs);
        return Promise.resolve({ rows: [], rowCount: 0 }) as never;
      }
      const answer = send(statement, ...rest);
      for (const each of then) void send(each).catch(() => undefined);
      return answer as never;
    }
  };
