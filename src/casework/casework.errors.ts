import { refusals } from '../platform/base/refusal.js';

/** What any module refuses about the case that its facts belong to, beside the codes of its own list. */
export const refuseCaseWork = refusals({
  CASE_CLOSED: { status: 409, title: 'The case is closed.' },
});
