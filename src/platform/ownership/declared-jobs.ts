import type { Declaration, JobDeclaration } from './declaration.js';

/** The platform's job in every module that has a projection which can be made anew. */
export const REBUILD_PROJECTION = 'rebuild-projection';

/** A job that the platform has in each module of some kind, without the module declaring it. */
interface PlatformJob extends JobDeclaration {
  isOf: (declaration: Declaration) => boolean;
}

/** By name. Each is carried out by one provider of the platform with `@Job`, which `job.module` tells for whom. */
export const PLATFORM_JOBS: Readonly<Record<string, PlatformJob>> = {
  [REBUILD_PROJECTION]: {
    attempts: 8,
    isOf: ({ projections }) => Object.values(projections).some(({ rebuild }) => rebuild !== 'refused'),
  },
};

/** The jobs of a module: those that it declares, and the platform's. */
export const jobsOf = (declaration: Declaration): Record<string, JobDeclaration> => ({
  ...Object.fromEntries(Object.entries(PLATFORM_JOBS).filter(([, { isOf }]) => isOf(declaration))),
  ...declaration.jobs,
});
