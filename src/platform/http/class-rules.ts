import { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';
import { getMetadataStorage, ValidationTypes } from 'class-validator';
import { targetConstructorToSchema } from 'class-validator-jsonschema';
import type { ISchemaConverters } from 'class-validator-jsonschema/build/defaultConverters.js';
import type { ValidationMetadata } from 'class-validator/types/metadata/ValidationMetadata.js';

/** Only what JSON Schema 2020-12, OpenAPI 3.1 and AsyncAPI 3 read alike: no `nullable`, nothing beside a `$ref`. */
export type JsonSchema = Record<string, unknown>;

export type CheckedClass = abstract new () => object;

/** One property of a class, as class-validator checks it. */
export interface PropertyRule {
  name: string;
  /** What is not null must be this. */
  schema: JsonSchema;
  required: boolean;
  /** The checks let null pass. */
  nullable: boolean;
}

type Rule = Omit<ValidationMetadata, 'constraints'> & { constraints: readonly unknown[] };

/** Formats are only notes to many validators: of two that hold for every text, `oneOf` would refuse every text. */
const DATE_OR_TIME: ISchemaConverters[string] = {
  type: 'string',
  anyOf: [{ format: 'date' }, { format: 'date-time' }],
};

/** The library's converters where they are wrong for us: `number` would overrule the `integer` of another check. */
const CONVERTERS: ISchemaConverters = {
  isIso8601: DATE_OR_TIME,
  isDateString: DATE_OR_TIME,
  isISO31661Alpha2: { type: 'string', pattern: '^[A-Za-z]{2}$' },
  min: ({ constraints: [minimum] }: Rule) => ({ minimum: Number(minimum) }),
  max: ({ constraints: [maximum] }: Rule) => ({ maximum: Number(maximum) }),
  matches: { type: 'string' },
};

/** JSON Schema has no flags; a pattern that is only right with one is left out. */
function patternOf({ constraints }: Rule): string[] {
  const [given, flags] = constraints as [RegExp | string, string | undefined];
  const pattern = typeof given === 'string' ? new RegExp(given, flags) : given;
  return /[ims]/.test(pattern.flags) ? [] : [pattern.source];
}

function withPatterns(schema: JsonSchema, rules: readonly Rule[]): JsonSchema {
  const patterns = rules.filter(({ name }) => name === 'matches').flatMap(patternOf);
  const [pattern, ...more] = patterns;
  if (pattern === undefined) return schema;
  // It says more than the formats of which either may hold, and generators of clients make no type of those.
  const { anyOf: _formats, ...rest } = schema;
  const wanted = more.length > 0 ? { allOf: patterns.map((each) => ({ pattern: each })) } : { pattern };
  const each = rules.some((rule) => rule.name === 'matches' && rule.each);
  return each ? { ...rest, items: { ...(rest.items as JsonSchema), ...wanted } } : { ...rest, ...wanted };
}

const withoutSiblings = (schema: JsonSchema): JsonSchema =>
  '$ref' in schema
    ? { $ref: schema.$ref }
    : { ...schema, ...(schema.items !== undefined && { items: withoutSiblings(schema.items as JsonSchema) }) };

/** A check is skipped when one of its conditions does not hold: asked for null, they say whether null passes. */
const letsNullPass = (rules: readonly Rule[], property: string): boolean =>
  rules.some(({ type, constraints }) => {
    if (type !== ValidationTypes.CONDITIONAL_VALIDATION) return false;
    const condition = constraints[0] as (object: object, value: unknown) => boolean;
    return !condition({ [property]: null }, null);
  });

/**
 * The properties of a class from its class-validator decorators, so that nobody writes a schema a second time.
 * @param refTo the reference that stands for a nested class
 */
export function propertyRulesOf(type: CheckedClass, refTo: (nested: CheckedClass) => JsonSchema): PropertyRule[] {
  const storage = getMetadataStorage();
  const rules = storage.groupByPropertyName(storage.getTargetValidationMetadatas(type, '', true, false));
  const nested = ({ target, propertyName }: Rule): JsonSchema => {
    const given = defaultMetadataStorage.findTypeMetadata(target as never, propertyName) as
      { typeFunction: () => unknown } | undefined;
    const { prototype } = target as CheckedClass;
    return refTo(
      (given?.typeFunction() ?? Reflect.getMetadata('design:type', prototype as object, propertyName)) as CheckedClass,
    );
  };
  const { properties = {}, required = [] } = targetConstructorToSchema(type, {
    additionalConverters: { ...CONVERTERS, [ValidationTypes.NESTED_VALIDATION]: nested },
  });
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    schema: withoutSiblings(withPatterns(schema as JsonSchema, rules[name] ?? [])),
    required: required.includes(name),
    nullable: letsNullPass(rules[name] ?? [], name),
  }));
}
