import { refusals } from '../../platform/base/refusal.js';

/** Every code with which Intake refuses a whole file or mapping. Refused rows are outcomes, not refusals. */
export const refuseIntake = refusals({
  FILE_EMPTY: { status: 400, title: 'The file is empty.' },
  FILE_UNREADABLE: { status: 400, title: 'The file cannot be read as CSV.' },
  HEADER_INVALID: { status: 400, title: 'The first row does not name the columns.' },
  HEADER_NOT_RECOGNISED: { status: 400, title: 'The columns are not those of a mapping.' },
  MAPPING_INVALID: { status: 400, title: 'The mapping is not valid.' },
  MAPPING_NOT_FOUND: { status: 400, title: 'There is no such mapping.' },
  TOO_MANY_ROWS: { status: 400, title: 'The file has too many rows for one import.' },
});
