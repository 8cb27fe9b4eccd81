/** A command about a case, and whether the one who asks may give it now, as its owner says. */
export interface PermittedAction {
  /** Verb and object, as in audit records. */
  action: string;
  /** The module that carries it out, and whose rules stand in its way. */
  owner: string;
  method: string;
  path: string;
  query?: Readonly<Record<string, string>>;
  /** The part of the body for which this holds. */
  body?: Readonly<Record<string, unknown>>;
  aggregateId: string;
  /** For If-Match; null where the command needs none. */
  version: number | null;
  permitted: boolean;
  /** None when permitted; the command would answer with the first. */
  refusals: { code: string; detail: string }[];
}
