import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseDocument } from 'yaml';
import { Refusal } from '../../platform/base/refusal.js';
import { refuseIntake } from './intake.errors.js';
import { MappingChecks } from './mapping-checks.js';
import type { Mapping } from './mapping-format.js';

export type { CaseTypeCode, Mapping, PartyKind } from './mapping-format.js';

const SUFFIX = '.mapping.yaml';

/** The folder of the mappings that come with the application. */
export const shippedMappings = fileURLToPath(new URL('./mappings/', import.meta.url));

/**
 * Reads one mapping file.
 * @throws Refusal MAPPING_INVALID with every problem, each naming its key and how to mend it, also as `problems`.
 */
export const loadMapping = (text: string): Mapping => {
  const document = parseDocument(text);
  const problems = document.errors.map(({ message }) => `the file: is not YAML: ${message.split('\n')[0] ?? ''}`);
  if (problems.length > 0) throw refuseIntake.MAPPING_INVALID(problems.join(' '), { problems });
  const checks = new MappingChecks();
  const mapping = checks.read(plain(document));
  if (checks.problems.length === 0) return mapping;
  throw refuseIntake.MAPPING_INVALID(checks.problems.join(' '), { problems: checks.problems });
};

/** Aliases are bounded by the library, which throws when a file would unfold into something enormous. */
const plain = (document: ReturnType<typeof parseDocument>): unknown => {
  try {
    return document.toJS() as unknown;
  } catch (error) {
    const problems = [`the file: its aliases cannot be resolved: ${(error as Error).message}.`];
    throw refuseIntake.MAPPING_INVALID(problems[0], { problems });
  }
};

/**
 * Reads every `*.mapping.yaml` of a folder, in order of file name.
 * @throws Refusal MAPPING_INVALID with the problems of all files, each after its file's name; two mappings may not
 * share a name.
 */
export const loadMappings = async (folder: string = shippedMappings): Promise<Mapping[]> => {
  const files = (await readdir(folder)).filter((file) => file.endsWith(SUFFIX)).sort();
  const mappings: Mapping[] = [];
  const problems: string[] = [];
  for (const file of files) {
    try {
      const mapping = loadMapping(await readFile(join(folder, file), 'utf8'));
      const taken = mappings.some(({ name }) => name === mapping.name);
      if (taken) problems.push(`${file}: name: '${mapping.name}' is taken by another file; choose another.`);
      mappings.push(mapping);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      problems.push(...(error.members.problems as string[]).map((problem) => `${file}: ${problem}`));
    }
  }
  if (problems.length > 0) throw refuseIntake.MAPPING_INVALID(problems.join(' '), { problems });
  return mappings;
};

interface Difference {
  mapping: Mapping;
  missing: string[];
  unknown: string[];
}

const difference = (header: readonly string[], mapping: Mapping): Difference => ({
  mapping,
  missing: mapping.columns.filter((column) => !header.includes(column)),
  unknown: header.filter((column) => !mapping.columns.includes(column)),
});

const fits = ({ missing, unknown }: Difference): boolean => missing.length + unknown.length === 0;

/**
 * The mapping for a file: the one named, else the one whose columns the header has, in any order. A column too many
 * is refused like one too few, because whoever sent it expects it to be imported.
 * @throws Refusal MAPPING_NOT_FOUND, or HEADER_NOT_RECOGNISED with the columns that are missing and unknown.
 */
export const mappingFor = (header: readonly string[], mappings: readonly Mapping[], name?: string): Mapping => {
  const names = `Mappings: ${mappings.map((mapping) => mapping.name).join(', ') || 'none'}.`;
  const candidates = name === undefined ? mappings : mappings.filter((mapping) => mapping.name === name);
  if (name !== undefined && candidates.length === 0) {
    throw refuseIntake.MAPPING_NOT_FOUND(`No mapping is named '${name}'. ${names}`);
  }
  const differences = candidates.map((mapping) => difference(header, mapping));
  const [found, another] = differences.filter(fits);
  if (found && another) {
    throw refuseIntake.HEADER_NOT_RECOGNISED(`Several mappings have these columns; name the one you mean. ${names}`);
  }
  if (found) return found.mapping;
  throw refuseIntake.HEADER_NOT_RECOGNISED(`${describe(header, differences)} ${names}`);
};

const describe = (header: readonly string[], differences: readonly Difference[]): string => {
  const distance = ({ missing, unknown }: Difference): number => missing.length + unknown.length;
  const nearest = [...differences].sort((one, other) => distance(one) - distance(other))[0];
  // A file without a header row begins with somebody's data, which an error must not repeat.
  if (!nearest || nearest.unknown.length === header.length) {
    return 'The first row holds no column name of any mapping. It must name the columns.';
  }
  const { mapping, missing, unknown } = nearest;
  const parts = [
    missing.length > 0 ? ` Missing columns: ${missing.join(', ')}.` : '',
    unknown.length > 0 ? ` Unknown columns: ${unknown.map((column) => column.slice(0, 60)).join(', ')}.` : '',
  ];
  return `The columns are not those of the mapping ${mapping.name}.${parts.join('')}`;
};
