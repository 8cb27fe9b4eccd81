import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadMapping, loadMappings, type Mapping, mappingFor } from '../../../src/modules/intake/mapping.js';
import type { Refusal } from '../../../src/platform/base/refusal.js';

const TEXT = `
name: town-complaints
columns: [day, firm, matter, place, kind, note]
key: [day, firm]
party: { kind: ORGANISATION, legalName: firm }
case:
  receivedOn: day
  summary: note
  location: { column: place, separator: ';' }
  title: '{kind}, {matter}, {place}'
  caseTypeCode:
    column: matter
    rules: [{ matches: smell, caseTypeCode: AIR, label: Smell }]
    otherwise: GEN
values: { kind: { C: Complaint } }
`;

const problemsOf = (text: string): string[] => {
  try {
    loadMapping(text);
    return [];
  } catch (error) {
    return (error as Refusal).members.problems as string[];
  }
};

describe('A mapping file', () => {
  it('is read with its columns, key, rules and listed values', () => {
    const mapping = loadMapping(TEXT);
    expect(mapping).toMatchObject({
      name: 'town-complaints',
      key: ['day', 'firm'],
      party: { kind: 'ORGANISATION', legalName: 'firm' },
      values: { kind: { C: 'Complaint' } },
    });
    expect(mapping.case.caseTypeCode.rules[0]?.matches.test('A SMELL of solvent')).toBe(true);
  });

  it.each([
    ['is empty', '', 'the file: write the keys name, columns'],
    ['is not YAML', 'name: [', 'the file: is not YAML'],
    ['says a key twice', `${TEXT}\nname: other`, 'Map keys must be unique'],
    [
      'unfolds without end',
      'a: &a [x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]',
      'alias',
    ],
    ['has a key that nobody knows', `${TEXT}\ncolour: red`, 'colour: is not known here; the keys are name, columns'],
    ['lacks a key', TEXT.replace('  receivedOn: day\n', ''), 'case.receivedOn: is missing; add it.'],
    [
      'names a column that is not listed',
      TEXT.replace('legalName: firm', 'legalName: frm'),
      "party.legalName: 'frm' is not",
    ],
    ['lists a column twice', TEXT.replace('[day, firm, m', '[day, day, firm, m'), 'columns: names a column twice'],
    ['lists no columns', TEXT.replace('[day, firm, matter, place, kind, note]', 'day'), 'columns: write a list'],
    ['has a name with spaces', TEXT.replace('town-complaints', 'Town complaints'), 'name: write it in small letters'],
    ['has a number for a text', TEXT.replace('label: Smell', 'label: 7'), 'rules[0].label: write a text'],
    [
      'has a pattern that is none',
      TEXT.replace('matches: smell', "matches: '('"),
      'rules[0].matches: is not a regular',
    ],
    ['has rules that are no list', TEXT.replace(/rules: .*/, 'rules: none'), 'case.caseTypeCode.rules: write a list'],
    [
      'has a case type that is none',
      TEXT.replace('AIR', 'FIRE'),
      'caseTypeCode: must be one of ENV, AIR, WAT, WASTE, GEN',
    ],
    [
      'has a kind of party that is none',
      TEXT.replace('ORGANISATION', 'FIRM'),
      'party.kind: must be one of ORGANISATION',
    ],
    ['lists no value for a column', TEXT.replace('{ C: Complaint }', '{}'), 'values.kind: list at least one value'],
    [
      'puts the party into the title',
      TEXT.replace('{place}', '{firm}'),
      "case.title: '{firm}' cannot stand in a title",
    ],
    ['puts the narrative into the title', TEXT.replace('{place}', '{note}'), "case.title: '{note}' cannot stand in a"],
    [
      'alleges without saying under which law',
      `${TEXT}allegation: { statement: note }`,
      'allegation.legalBasisCode: is missing; add it.',
    ],
    [
      'alleges what no column says',
      `${TEXT}allegation: { statement: story, legalBasisCode: { column: matter, rules: [], otherwise: X-1 } }`,
      "allegation.statement: 'story' is not in 'columns'",
    ],
    [
      'has rules of law that are no list',
      `${TEXT}allegation: { statement: note, legalBasisCode: { column: matter, rules: X-1, otherwise: X-1 } }`,
      'allegation.legalBasisCode.rules: write a list of {matches, legalBasisCode}',
    ],
    [
      'has a rule of law that is wrong in every part',
      `${TEXT}allegation: { statement: note, legalBasisCode: { column: matter, rules: [{ matches: '(', code: X }] } }`,
      'allegation.legalBasisCode.rules[0].matches: is not a regular',
    ],
    ['could give an empty title', TEXT.replace('{kind}, ', ''), 'case.title: could come out empty'],
  ])('is refused when it %s', (_, text, problem) => {
    expect(problemsOf(text).join('\n')).toContain(problem);
  });

  it('may say what a row alleges, and under which law', () => {
    const { allegation } = loadMapping(`${TEXT}
allegation:
  statement: note
  legalBasisCode: { column: matter, rules: [{ matches: smell, legalBasisCode: X-1 }], otherwise: X-2 }`);
    expect(allegation).toMatchObject({ statement: 'note', legalBasisCode: { column: 'matter', otherwise: 'X-2' } });
    expect(allegation?.legalBasisCode.rules[0]?.matches.test('A SMELL')).toBe(true);
    expect(loadMapping(TEXT).allegation).toBeUndefined();
  });

  it('is refused with all its problems at once', () => {
    const text = TEXT.replace('legalName: firm', 'legalName: frm').replace('AIR', 'FIRE').replace('GEN', 'FOG');
    expect(problemsOf(text)).toHaveLength(3);
  });
});

describe('A folder of mappings', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mappings-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('that comes with the application holds the one for enforcement actions', async () => {
    expect((await loadMappings()).map(({ name }) => name)).toEqual(['massdep-enforcement-actions']);
  });

  it('is read in order of file name, other files left alone', async () => {
    await writeFile(join(folder, 'b.mapping.yaml'), TEXT);
    await writeFile(join(folder, 'a.mapping.yaml'), TEXT.replace('town-complaints', 'another'));
    await writeFile(join(folder, 'notes.txt'), 'not a mapping');
    expect((await loadMappings(folder)).map(({ name }) => name)).toEqual(['another', 'town-complaints']);
  });

  it('is refused with the problems of every file', async () => {
    await writeFile(join(folder, 'a.mapping.yaml'), TEXT.replace('GEN', 'FOG'));
    await writeFile(join(folder, 'b.mapping.yaml'), TEXT.replace('AIR', 'FIRE'));
    await expect(loadMappings(folder)).rejects.toThrow(/a\.mapping\.yaml: .* b\.mapping\.yaml: /);
  });

  it('is refused when two mappings share a name', async () => {
    await writeFile(join(folder, 'a.mapping.yaml'), TEXT);
    await writeFile(join(folder, 'b.mapping.yaml'), TEXT);
    await expect(loadMappings(folder)).rejects.toThrow("b.mapping.yaml: name: 'town-complaints' is taken");
  });
});

describe('The mapping for a file', () => {
  const town = loadMapping(TEXT);
  const river: Mapping = { ...town, name: 'river', columns: ['day', 'firm', 'matter', 'place', 'kind', 'gauge'] };
  const find = (header: string[], name?: string): string => mappingFor(header, [town, river], name).name;

  it('is found by the header, in any order', () => {
    expect(find(['note', 'kind', 'place', 'matter', 'firm', 'day'])).toBe('town-complaints');
    expect(find(['gauge', 'kind', 'place', 'matter', 'firm', 'day'])).toBe('river');
  });

  it('is found by its name', () => {
    expect(find([...river.columns], 'river')).toBe('river');
  });

  it('is not found by a name that none has, and the names there are come with the error', () => {
    expect(() => find([...river.columns], 'lake')).toThrow(
      "No mapping is named 'lake'. Mappings: town-complaints, river.",
    );
  });

  it('is refused, though named, when the header is another', () => {
    expect(() => find([...town.columns], 'river')).toThrow('Missing columns: gauge. Unknown columns: note.');
  });

  it('is not found for a column too few or too many, and the nearest mapping says which', () => {
    expect(() => find(town.columns.slice(1))).toThrow('the mapping town-complaints. Missing columns: day.');
    expect(() => find([...town.columns, 'shoe size'])).toThrow(
      'the mapping town-complaints. Unknown columns: shoe size.',
    );
  });

  it('is not found for a file without a header, whose first row the error does not repeat', () => {
    expect(() => find(['2015-03-02', 'Quillfeather Plating, Inc.'])).toThrow(/^(?!.*Quillfeather).*no column name/);
  });

  it('must be named when two mappings have the same columns', () => {
    expect(() => mappingFor(town.columns, [town, { ...town, name: 'twin' }])).toThrow('name the one you mean');
    expect(mappingFor(town.columns, [town, { ...town, name: 'twin' }], 'twin').name).toBe('twin');
  });
});
