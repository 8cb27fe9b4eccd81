import type { Declaration } from '../ownership/declaration.js';

/** The three kinds of role that a schema has. */
export interface SchemaRoles {
  /** Owns the objects; nobody can log in as it. */
  owner: string;
  /** What the module runs as: rows of its own tables, nothing else. */
  runtime: string;
  /** What migrations run as; every session of it becomes the owner. */
  migrator: string;
}

export const rolesOf = ({ database: { role } }: Declaration): SchemaRoles => ({
  owner: `${role}_owner`,
  runtime: role,
  migrator: `${role}_migrator`,
});
