import fc from 'fast-check';
import { placeOf } from './known-ids.js';

export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  pattern?: string;
  format?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  items?: Schema | false;
  properties?: Record<string, Schema>;
  required?: string[];
  anyOf?: Schema[];
}

type Any = fc.Arbitrary<unknown>;

/** No longer than needed to find what long texts and lists break. */
const LONGEST_LIST = 3;
const ID_PATTERN = /^\^([a-z]+)_\[0-9A-HJKMNP-TV-Z\]\{26\}\$$/;

/** Officers of the demonstration: what names one is seldom anybody else. */
const OFFICERS = ['intake_ines', 'investigator_ivo', 'legal_lena', 'authority_ada', 'authority_abe', 'supervisor_sol'];
const NAMES_AN_OFFICER = /^(approvedBy|granteeId|actorId|toCustodian\w*|assigneeId)$/;

const day = fc.date({ min: new Date('1990-01-01'), max: new Date('2090-01-01'), noInvalidDate: true });

/** Values that a schema of the description allows. */
export class SchemaArbitrary {
  constructor(private readonly schemas: Record<string, Schema>) {}

  of(schema: Schema, name = ''): Any {
    if (schema.$ref !== undefined) return this.of(this.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}, name);
    if (schema.anyOf?.some(({ type, $ref }) => type !== undefined || $ref !== undefined))
      return fc.oneof(...schema.anyOf.map((each) => this.of(each, name)));
    if (schema.const !== undefined) return fc.constant(schema.const);
    if (schema.enum) return fc.constantFrom(...schema.enum);
    const types = [schema.type ?? []].flat();
    if (types.length > 1) return fc.oneof(...types.map((type) => this.of({ ...schema, type }, name)));
    switch (types[0]) {
      case 'string':
        return this.text(schema, name);
      case 'integer':
        return fc.integer({ min: schema.minimum ?? -10, max: schema.maximum ?? 2 ** 31 });
      case 'number':
        return fc.double({ min: schema.minimum ?? -10, max: schema.maximum ?? 1e9, noNaN: true });
      case 'boolean':
        return fc.boolean();
      case 'null':
        return fc.constant(null);
      case 'array':
        return this.list(schema);
      case 'object':
        return this.object(schema);
      default:
        return fc.jsonValue({ maxDepth: 2 });
    }
  }

  private text({ pattern, format, minLength = 0, maxLength = 200 }: Schema, name: string): fc.Arbitrary<string> {
    if (NAMES_AN_OFFICER.test(name)) return fc.oneof(fc.constantFrom(...OFFICERS), fc.string({ minLength: 1 }));
    const prefix = ID_PATTERN.exec(pattern ?? '')?.[1];
    if (prefix !== undefined) return fc.nat({ max: 30 }).map((which) => placeOf(prefix, which));
    if (pattern !== undefined && pattern !== '\\S') return fc.stringMatching(new RegExp(pattern));
    if (format === 'email') return fc.emailAddress();
    if (format === 'date') return day.map((each) => each.toISOString().slice(0, 10));
    if (format === 'date-time') return day.map((each) => each.toISOString());
    const longest = Math.max(minLength, Math.min(maxLength, 200));
    return fc.oneof(
      { weight: 3, arbitrary: fc.string({ minLength, maxLength: longest }) },
      { weight: 1, arbitrary: fc.string({ minLength, maxLength: longest, unit: 'binary' }) },
    );
  }

  private list({ items, minItems = 0, maxItems = LONGEST_LIST }: Schema): Any {
    const item = items ? this.of(items) : fc.jsonValue({ maxDepth: 1 });
    return fc.array(item, { minLength: minItems, maxLength: Math.max(minItems, Math.min(maxItems, LONGEST_LIST)) });
  }

  private object({ properties = {}, required = [] }: Schema): Any {
    const parts = Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, this.of(each, name)]));
    return fc.record(parts, { requiredKeys: required });
  }
}
