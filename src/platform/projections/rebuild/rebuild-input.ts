export interface RebuildInput {
  /** The part of its name after the module's. */
  projection: string;
  /** A case or party whose rows alone are made anew. */
  key?: string;
}
