import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { Type } from 'class-transformer';
import { invalid } from '../base/refusal.js';
import { isStorable } from './well-formed.js';

/** What every list takes. */
export class PageQuery {
  /** At most 100; 50 unless given. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  limit?: number;

  /** `nextCursor` of the page before. */
  @IsOptional()
  @IsString()
  @MaxLength(500)
  cursor?: string;
}

export interface Page<Row> {
  data: Row[];
  nextCursor: string | null;
}

const DEFAULT_LIMIT = 50;

const isText = (part: unknown): part is string => typeof part === 'string' && isStorable(part);

/** Rows to read: one more than shown, which tells whether there is a next page. */
export const rowsToRead = ({ limit }: PageQuery): number => (limit ?? DEFAULT_LIMIT) + 1;

/** Cuts the rows to a page; `keyOf` gives what the next page starts after. */
export function pageOf<Row>(rows: readonly Row[], query: PageQuery, keyOf: (row: Row) => readonly string[]): Page<Row> {
  const data = rows.slice(0, rowsToRead(query) - 1);
  const last = data.at(-1);
  const more = rows.length > data.length && last !== undefined;
  return { data, nextCursor: more ? Buffer.from(JSON.stringify(keyOf(last))).toString('base64url') : null };
}

/** @throws VALIDATION_FAILED when the cursor is not one of ours */
export function cursorOf({ cursor }: PageQuery, parts: number): string[] | undefined {
  if (cursor === undefined) return undefined;
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(key) && key.length === parts && key.every(isText)) return key;
  } catch {
    // Falls through to the refusal.
  }
  throw invalid({ name: 'cursor', code: 'CURSOR', reason: 'Use nextCursor of the page before, unchanged.' });
}
