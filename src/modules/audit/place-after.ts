import { cursorOf, type PageQuery } from '../../platform/http/page.js';
import { invalid } from '../../platform/base/refusal.js';

type Form = (part: string) => boolean;

export const isCount: Form = (part) => /^\d{1,15}$/.test(part);
/** Only a time that was written here is written in the same way again. */
export const isTime: Form = (part) => {
  const time = new Date(part);
  return !Number.isNaN(time.getTime()) && time.toISOString() === part;
};
export const isText: Form = () => true;

/**
 * The parts of the cursor, or nothing at the beginning of a list.
 * @throws VALIDATION_FAILED when one has not the form in which it was given out
 */
export function placeAfter(query: PageQuery, forms: readonly Form[]): string[] | undefined {
  const parts = cursorOf(query, forms.length);
  if (parts && !forms.every((hasForm, index) => hasForm(parts[index] ?? '')))
    throw invalid({ name: 'cursor', code: 'CURSOR', reason: 'Use nextCursor of the page before, unchanged.' });
  return parts;
}
