import type { People } from '../platform/identity/directories.js';
import { DEMO_ACTORS } from './demo-officers.js';
import { OFFICER_ROLES } from './roles.js';

/** Whom the platform knows by name. */
export const PEOPLE: People = { roles: OFFICER_ROLES, demonstration: DEMO_ACTORS };
