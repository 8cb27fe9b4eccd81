import { refuseCaseWork } from './casework.errors.js';

/**
 * What belongs to a closed case does not change until the case is reopened. Source: the domain's rules on closure.
 * @param of the case, as its owner answered just now
 * @throws CASE_CLOSED
 */
export function requireOpenCase({ status }: { status: string }): void {
  if (status === 'CLOSED') throw refuseCaseWork.CASE_CLOSED('Reopen the case first.');
}
