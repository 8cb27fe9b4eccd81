import { isTransient } from '../../platform/messaging/transient-fault.js';
import { type InvalidParam, Refusal } from '../../platform/base/refusal.js';
import type { Subject } from './external-references.js';

/** A row's command was sent longer ago than a repeat could still get its first answer. */
export const outcomeUnknown = (subject: Subject): InvalidParam => ({
  name: 'row',
  code: 'OUTCOME_UNKNOWN',
  reason:
    subject === 'ALLEGATION'
      ? 'The import was interrupted here for more than a day, and may or may not have recorded the allegation. ' +
        'Look for it in the case; if it is not there, import the file again.'
      : 'The import was interrupted here for more than a day, and may or may not have created a case. ' +
        'Look for the case; if there is none, import the file again.',
});

/** A fault of ours, at every try. */
export const INTERNAL_ERROR: InvalidParam = {
  name: 'row',
  code: 'INTERNAL_ERROR',
  reason: 'Something went wrong on our side. Import the file again, or give the import\u2019s id to your operator.',
};

/** The import was given up before it was known what came of the row. */
export const IMPORT_ENDED: InvalidParam = {
  name: 'row',
  code: 'IMPORT_ENDED',
  reason:
    'The import was given up before this row was done, which may or may not have created a case. ' +
    'Look for the case; if there is none, import the file again.',
};

/** Says nothing about the row: the owner was not reached, or not in time, or lost a race. Its command is sent again. */
export const isUnavailable = (error: unknown): boolean =>
  error instanceof Refusal ? error.status === 503 || error.errorCode === 'VERSION_MISMATCH' : isTransient(error);

/**
 * Why an owner refused; undefined when it is no refusal. Titles are fixed texts and never repeat a cell, as a detail
 * might.
 */
export const reasonsOf = (error: unknown): InvalidParam[] | undefined => {
  if (!(error instanceof Refusal)) return undefined;
  const { errorCode, title, members } = error;
  return (members.invalidParams as InvalidParam[] | undefined) ?? [{ name: 'row', code: errorCode, reason: title }];
};
