/** The platform's job in every module that has a projection which can be made anew. */
export const REBUILD_PROJECTION = 'rebuild-projection';

export interface RebuildInput {
  /** The part of its name after the module's. */
  projection: string;
  /** A case or party whose rows alone are made anew. */
  key?: string;
}
