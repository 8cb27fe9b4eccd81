/** A statement with a name is planned once a connection; without one it is planned at every call. */
export interface Statement {
  name?: string;
  text: string;
  values: unknown[];
}
