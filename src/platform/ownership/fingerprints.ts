import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkSource, type ReadStatement } from './check-source.js';
import type { Declaration } from './declaration.js';
import { readSourceFiles, type SourceFile } from './source/source-file.js';
import { tableColumns } from './table-columns.js';
import type { Violation } from './violation.js';
import { keyIn } from './where.js';

/** Where what each projection consumes and stores is kept. */
const KEPT = 'docs/projections.json';
/** The payload of each event, one version a file, as the contract tests keep it. */
const SCHEMAS = 'test/contracts/schemas';

/** What the rows of a projection follow from: rows of an earlier one may lack something. */
export interface Fingerprint {
  version: number;
  /** By type and version, a checksum of what the payload may hold. */
  events: Record<string, string>;
  /** The columns of each table. */
  tables: Record<string, string>;
}

type Fingerprints = Record<string, Fingerprint>;

function payloadOf(projectRoot: string, from: string, type: string, version: number): string {
  const file = join(projectRoot, SCHEMAS, from, `${type}.v${version}.json`);
  if (!existsSync(file)) return 'without a schema';
  const schema = JSON.stringify(JSON.parse(readFileSync(file, 'utf8')));
  return createHash('sha256').update(schema).digest('hex').slice(0, 16);
}

const sorted = <T>(entries: [string, T][]): Record<string, T> =>
  Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));

/** Of every projection, as declarations, contracts and migrations have it now. */
function fingerprintsOf(
  projectRoot: string,
  declarations: readonly Declaration[],
  files: readonly SourceFile[],
  statements: readonly ReadStatement[],
): Fingerprints {
  const found = declarations.flatMap((declaration) => {
    const columns = tableColumns(declaration, files, statements);
    return Object.entries(declaration.projections).map(([name, { version, tables }]): [string, Fingerprint] => {
      const events = Object.entries(declaration.consumed_events)
        .filter(([, { by }]) => by.includes(name))
        .map(([type, { from, version: of }]): [string, string] => [`${type}@${of}`, payloadOf(projectRoot, from, type, of)]); // prettier-ignore
      const stored = tables.map((table): [string, string] => [table, [...(columns.get(table) ?? [])].join(', ')]);
      return [`${declaration.module}.${name}`, { version, events: sorted(events), tables: sorted(stored) }];
    });
  });
  return sorted(found);
}

const textOf = (fingerprints: Fingerprints): string => `${JSON.stringify(fingerprints, null, 2)}\n`;

const kept = (projectRoot: string): { text: string; fingerprints: Fingerprints } => {
  const file = join(projectRoot, KEPT);
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '{}';
  return { text, fingerprints: JSON.parse(text) as Fingerprints };
};

const partsOf = ({ events, tables }: Fingerprint): Map<string, string> =>
  new Map([
    ...Object.entries(events),
    ...Object.entries(tables).flatMap(([table, columns]): [string, string][] =>
      columns.split(', ').map((column) => [`${table}.${column}`, '']),
    ),
  ]);

/** What another build would make other rows from, in words. */
function changesOf(before: Fingerprint, after: Fingerprint): string[] {
  const [old, now] = [partsOf(before), partsOf(after)];
  return [
    ...[...now.keys()].filter((part) => !old.has(part)).map((part) => `${part} is new`),
    ...[...old.keys()].filter((part) => !now.has(part)).map((part) => `${part} is gone`),
    ...[...now].filter(([part, is]) => old.has(part) && old.get(part) !== is).map(([part]) => `${part} carries something else`), // prettier-ignore
  ];
}

/** Projections that changed what they consume or store, and whose version did not rise. */
function unversioned(declarations: readonly Declaration[], before: Fingerprints, now: Fingerprints): Violation[] {
  return declarations.flatMap((declaration) =>
    Object.keys(declaration.projections).flatMap((name): Violation[] => {
      const [old, is] = [before, now].map((each) => each[`${declaration.module}.${name}`]);
      if (!old || !is || is.version > old.version) return [];
      const changes = changesOf(old, is);
      if (changes.length === 0 && is.version === old.version) return [];
      const why = changes.length > 0 ? changes.join(', ') : 'the version went back';
      return [
        {
          rule: 'unversioned-projection',
          where: keyIn(declaration, 'projections', name),
          why: `has version ${is.version} as before, but ${why}: rows written before would lack it`,
          mend: `Raise its version to ${old.version + 1}, which rebuilds it, and run \`remit ownership generate\`.`,
        },
      ];
    }),
  );
}

export function checkFingerprints(
  projectRoot: string,
  declarations: readonly Declaration[],
  files: readonly SourceFile[],
  statements: readonly ReadStatement[],
): Violation[] {
  const before = kept(projectRoot);
  const now = fingerprintsOf(projectRoot, declarations, files, statements);
  const violations = unversioned(declarations, before.fingerprints, now);
  if (violations.length > 0 || before.text === textOf(now)) return violations;
  return [
    {
      rule: 'outdated-document',
      where: KEPT,
      why: 'is not what the projections consume and store now',
      mend: 'Run `remit ownership generate`.',
    },
  ];
}

/**
 * Keeps what the projections consume and store now, for later builds to compare with.
 * @returns the path written; or what must be mended first, and then nothing is written
 */
export async function writeFingerprints(
  projectRoot: string,
  declarations: readonly Declaration[],
): Promise<{ path: string } | { violations: Violation[] }> {
  const migrations = readSourceFiles(projectRoot).filter(({ area }) => area === 'migration');
  const { statements } = await checkSource(migrations, declarations);
  const now = fingerprintsOf(projectRoot, declarations, migrations, statements);
  const violations = unversioned(declarations, kept(projectRoot).fingerprints, now);
  if (violations.length > 0) return { violations };
  mkdirSync(dirname(join(projectRoot, KEPT)), { recursive: true });
  writeFileSync(join(projectRoot, KEPT), textOf(now));
  return { path: KEPT };
}
