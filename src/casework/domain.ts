import type { Domain } from '../platform/domain.js';
import { identityOf } from './identity/identity-of.js';

/** What the platform is told of case work. */
export const CASEWORK: Domain = { identityOf, relatedBy: 'caseId' };
