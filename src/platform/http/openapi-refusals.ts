import type { ListedRefusal } from './answers/reached-code.js';
import type { JsonSchema } from './class-rules.js';
import { ofAnyOperation, problem } from './openapi-components.js';

/**
 * The refusals of an operation by status: those that any operation shares, and those of its module with when they
 * happen.
 * @param shared statuses that a component describes
 */
export function refusalResponses(shared: readonly number[], own: readonly ListedRefusal[]): Record<string, JsonSchema> {
  const statuses = [...new Set([...shared, ...own.map(({ status }) => status)])].sort((a, b) => a - b);
  return Object.fromEntries(
    statuses.map((status) => {
      const listed = own.filter((each) => each.status === status && !ofAnyOperation(each));
      if (listed.length === 0) return [status, { $ref: `#/components/responses/${status}` }];
      const when = listed.map(({ code, title }) => `${code}: ${title}`).join(' ');
      const members = Object.assign({}, ...listed.map((each) => each.members)) as Record<string, JsonSchema>;
      return [status, problem(status, when, { more: listed.map(({ code }) => code), members })];
    }),
  );
}
