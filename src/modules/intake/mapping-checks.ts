import {
  CASE_TYPE_CODES,
  type CaseTypeRule,
  type LegalBasisRule,
  type Mapping,
  PARTY_KINDS,
  titleColumns,
} from './mapping-format.js';

type Node = Record<string, unknown>;

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);

const OPTIONAL = ['key', 'allegation', 'values', 'penaltyUsd'];

/** Reads a mapping out of parsed YAML and gathers every problem on the way, so that one look mends them all. */
export class MappingChecks {
  readonly problems: string[] = [];
  private columns: readonly string[] = [];

  /** The mapping; to be used only when no problem was found. */
  read(document: unknown): Mapping {
    const root = this.section(document, '', ['name', 'columns', 'party', 'case'], OPTIONAL);
    const name = this.text(root.name, 'name');
    if (name !== '' && !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) {
      this.problem('name', 'write it in small letters, digits and hyphens, e.g. town-complaints');
    }
    this.columns = this.list(root.columns, 'columns');
    const key = root.key === undefined ? undefined : this.list(root.key, 'key');
    key?.forEach((column) => this.column(column, 'key'));
    const party = this.section(root.party, 'party', ['kind', 'legalName']);
    const values = this.values(root.values ?? {});
    return {
      name,
      columns: this.columns,
      ...(key && { key }),
      party: {
        kind: this.oneOf(PARTY_KINDS, party.kind, 'party.kind'),
        legalName: this.column(party.legalName, 'party.legalName'),
      },
      case: this.case(root.case, values),
      ...(root.allegation !== undefined && { allegation: this.allegation(root.allegation) }),
      values,
      ...(root.penaltyUsd !== undefined && { penaltyUsd: this.column(root.penaltyUsd, 'penaltyUsd') }),
    };
  }

  private case(value: unknown, values: Mapping['values']): Mapping['case'] {
    const node = this.section(value, 'case', ['caseTypeCode', 'title', 'receivedOn'], ['summary', 'location']);
    const caseTypeCode = this.caseTypes(node.caseTypeCode);
    const location = node.location === undefined ? undefined : this.location(node.location);
    const title = this.text(node.title, 'case.title');
    // A title travels in events, which hold no names and no narrative; these columns alone are known to hold neither.
    const allowed = [...Object.keys(values), caseTypeCode.column, ...(location ? [location.column] : [])];
    for (const column of titleColumns(title).filter((column) => !allowed.includes(column))) {
      const list = allowed.filter(Boolean).join(', ');
      this.problem('case.title', `'{${column}}' cannot stand in a title; use only the columns ${list}`);
    }
    const always = title
      .split(', ')
      .some((part) => titleColumns(part).every((column) => Object.hasOwn(values, column)));
    if (title !== '' && !always) {
      this.problem('case.title', "could come out empty; add words, or a column that 'values' lists");
    }
    return {
      caseTypeCode,
      title,
      receivedOn: this.column(node.receivedOn, 'case.receivedOn'),
      ...(node.summary !== undefined && { summary: this.column(node.summary, 'case.summary') }),
      ...(location && { location }),
    };
  }

  private caseTypes(value: unknown): Mapping['case']['caseTypeCode'] {
    const node = this.section(value, 'case.caseTypeCode', ['column', 'rules', 'otherwise']);
    const path = 'case.caseTypeCode';
    return {
      column: this.column(node.column, `${path}.column`),
      rules: this.rules(node.rules, `${path}.rules`, ['matches', 'caseTypeCode', 'label'], this.caseTypeRule),
      otherwise: this.oneOf(CASE_TYPE_CODES, node.otherwise, `${path}.otherwise`),
    };
  }

  private readonly caseTypeRule = (node: Node, path: string): CaseTypeRule => ({
    matches: this.pattern(node.matches, `${path}.matches`),
    caseTypeCode: this.oneOf(CASE_TYPE_CODES, node.caseTypeCode, `${path}.caseTypeCode`),
    label: this.text(node.label, `${path}.label`),
  });

  private allegation(value: unknown): NonNullable<Mapping['allegation']> {
    const node = this.section(value, 'allegation', ['statement', 'legalBasisCode']);
    const path = 'allegation.legalBasisCode';
    const basis = this.section(node.legalBasisCode, path, ['column', 'rules', 'otherwise']);
    return {
      statement: this.column(node.statement, 'allegation.statement'),
      legalBasisCode: {
        column: this.column(basis.column, `${path}.column`),
        rules: this.rules(basis.rules, `${path}.rules`, ['matches', 'legalBasisCode'], this.legalBasisRule),
        otherwise: this.text(basis.otherwise, `${path}.otherwise`),
      },
    };
  }

  private readonly legalBasisRule = (node: Node, path: string): LegalBasisRule => ({
    matches: this.pattern(node.matches, `${path}.matches`),
    legalBasisCode: this.text(node.legalBasisCode, `${path}.legalBasisCode`),
  });

  private rules<Rule>(value: unknown, path: string, keys: string[], read: (node: Node, path: string) => Rule): Rule[] {
    const rules = Array.isArray(value) ? (value as unknown[]) : [];
    if (value !== undefined && !Array.isArray(value)) {
      this.problem(path, `write a list of {${keys.join(', ')}}; it may be empty: []`);
    }
    return rules.map((rule, index) => read(this.section(rule, `${path}[${index}]`, keys), `${path}[${index}]`));
  }

  private pattern(value: unknown, path: string): RegExp {
    try {
      return new RegExp(this.text(value, path), 'iu');
    } catch (error) {
      this.problem(path, `is not a regular expression: ${(error as Error).message}`);
      return /(?!)/;
    }
  }

  private location(value: unknown): { column: string; separator: string } {
    const node = this.section(value, 'case.location', ['column', 'separator']);
    return {
      column: this.column(node.column, 'case.location.column'),
      separator: this.text(node.separator, 'case.location.separator'),
    };
  }

  private values(value: unknown): Mapping['values'] {
    if (!isNode(value)) {
      this.problem('values', 'write a column and under it each accepted value with its words for the title');
      return {};
    }
    return Object.fromEntries(
      Object.entries(value).map(([column, list]) => {
        this.column(column, 'values');
        const accepted = isNode(list) ? Object.entries(list) : [];
        if (accepted.length === 0) this.problem(`values.${column}`, 'list at least one value, as VALUE: words');
        const words = accepted.map(([entry, label]) => [entry, this.text(label, `values.${column}.${entry}`)] as const);
        return [column, Object.fromEntries(words)];
      }),
    );
  }

  private section(value: unknown, path: string, required: string[], optional: string[] = []): Node {
    const known = [...required, ...optional];
    if (value === undefined && path !== '') return {};
    if (!isNode(value)) {
      this.problem(path, `write the keys ${known.join(', ')} here`);
      return {};
    }
    const at = (key: string): string => (path === '' ? key : `${path}.${key}`);
    for (const key of required) if (value[key] === undefined) this.problem(at(key), 'is missing; add it');
    for (const key of Object.keys(value).filter((key) => !known.includes(key))) {
      this.problem(at(key), `is not known here; the keys are ${known.join(', ')}`);
    }
    return value;
  }

  private text(value: unknown, path: string): string {
    if (value === undefined) return '';
    if (typeof value === 'string' && value.trim() !== '') return value;
    this.problem(path, 'write a text that is not empty, in quotes if it looks like a number');
    return '';
  }

  private list(value: unknown, path: string): string[] {
    if (value === undefined) return [];
    const items = Array.isArray(value) ? value.map((item) => this.text(item, path)) : [];
    if (items.length === 0) this.problem(path, 'write a list of columns, e.g. [date, name]');
    if (new Set(items).size < items.length) this.problem(path, 'names a column twice; leave one out');
    return items;
  }

  private column(value: unknown, path: string): string {
    const column = this.text(value, path);
    if (column !== '' && !this.columns.includes(column)) {
      this.problem(path, `'${column}' is not in 'columns'; add it there or correct it`);
    }
    return column;
  }

  private oneOf<Value extends string>(allowed: readonly [Value, ...Value[]], value: unknown, path: string): Value {
    const found = allowed.find((item) => item === value);
    if (found === undefined && value !== undefined) this.problem(path, `must be one of ${allowed.join(', ')}`);
    return found ?? allowed[0];
  }

  private problem(path: string, reason: string): void {
    this.problems.push(`${path === '' ? 'the file' : path}: ${reason}.`);
  }
}
