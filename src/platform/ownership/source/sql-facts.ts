export interface TableName {
  schema?: string;
  name: string;
}

/** What a piece of SQL touches. */
export interface SqlFacts {
  /** Tables and views that it reads, writes or refers to. */
  tables: TableName[];
  /** Names of its WITH queries: no tables, though they stand where tables stand. */
  named: string[];
  /** Schemas that it names by themselves or before functions, types and other objects. */
  schemas: string[];
  created: (TableName & { columns: string[] })[];
  /** Tables that it alters, with the columns that this adds. */
  altered: (TableName & { columns: string[] })[];
  dropped: TableName[];
  /** Tables with the columns that are taken from them or renamed. */
  removed: (TableName & { columns: string[] })[];
  /** Role, search path and the like that it sets for the session. */
  settings: string[];
  readsClock: boolean;
  /** Text that is made into SQL only at run time. */
  dynamic: string[];
  /** Complaints about bodies of functions that cannot be read. */
  unreadable: string[];
}

export const noFacts = (): SqlFacts => ({
  tables: [],
  named: [],
  schemas: [],
  created: [],
  altered: [],
  dropped: [],
  removed: [],
  settings: [],
  readsClock: false,
  dynamic: [],
  unreadable: [],
});
