import ts from 'typescript';
import type { JsonSchema } from '../class-rules.js';
import { orNull } from '../json-schemas.js';

const NULL: JsonSchema = { type: 'null' };

/** Whether the member is in what JSON.stringify writes of the object. */
const isWritten = (member: ts.Symbol, type: ts.Type): boolean =>
  (member.flags & (ts.SymbolFlags.Accessor | ts.SymbolFlags.Method)) === 0 && type.getCallSignatures().length === 0;

const isNothing = ({ flags }: ts.Type): boolean => (flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Void)) !== 0;

const isLiteral = (type: ts.Type): type is ts.StringLiteralType | ts.NumberLiteralType =>
  type.isStringLiteral() || type.isNumberLiteral();

const isAnything = ({ flags }: ts.Type): boolean =>
  (flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.NonPrimitive | ts.TypeFlags.TypeParameter)) !== 0;

/**
 * What JSON.stringify makes of a value, from the compiler's view of its type: the answers of the API are described by
 * the types that the code itself is checked by, so that the description cannot say anything else.
 */
export class TypeSchemas {
  private readonly names = new Map<ts.Type, string>();
  private readonly made: Record<string, JsonSchema> = {};

  constructor(private readonly checker: ts.TypeChecker) {}

  /** The schemas of the types that have a name, by that name. */
  get schemas(): Readonly<Record<string, JsonSchema>> {
    return this.made;
  }

  /** @throws Error when a type is none that JSON can carry */
  of(type: ts.Type): JsonSchema {
    const name = this.nameOf(type);
    if (name === undefined) return this.structureOf(type);
    if (!this.names.has(type)) {
      const free = this.freeName(name);
      this.names.set(type, free);
      // Taken before the schema is made: a type may hold itself.
      this.made[free] = {};
      this.made[free] = { ...this.structureOf(type), ...this.described(type.aliasSymbol ?? type.getSymbol()) };
    }
    return { $ref: `#/components/schemas/${this.names.get(type) ?? name}` };
  }

  private structureOf(type: ts.Type): JsonSchema {
    const { flags } = type;
    if (isAnything(type)) return {};
    if (flags & ts.TypeFlags.Null) return NULL;
    if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value };
    if (flags & ts.TypeFlags.BooleanLiteral) return { const: this.checker.typeToString(type) === 'true' };
    if (flags & ts.TypeFlags.StringLike) return { type: 'string' };
    if (flags & ts.TypeFlags.NumberLike) return { type: 'number' };
    if (flags & ts.TypeFlags.BooleanLike) return { type: 'boolean' };
    if (type.isUnion()) return this.unionOf(type.types);
    if (this.checker.isTupleType(type)) return tupleOf(this.argumentsOf(type).map((each) => this.of(each)));
    if (this.checker.isArrayType(type)) {
      const [item] = this.argumentsOf(type);
      return { type: 'array', items: item ? this.of(item) : {} };
    }
    if (type.getSymbol()?.name === 'Date') return { type: 'string', format: 'date-time' };
    if (flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) return this.objectOf(type);
    throw new Error(`JSON carries no ${this.checker.typeToString(type)}.`);
  }

  private unionOf(types: readonly ts.Type[]): JsonSchema {
    const given = types.filter((each) => !isNothing(each));
    const values = given.filter(isLiteral);
    const isBoolean = given.filter(({ flags }) => flags & ts.TypeFlags.BooleanLiteral).length === 2;
    const others = given.filter((each) => !isLiteral(each) && !(isBoolean && each.flags & ts.TypeFlags.BooleanLiteral));
    const parts = others.map((each) => this.of(each));
    if (isBoolean) parts.unshift({ type: 'boolean' });
    if (values.length > 0) {
      const type = values.every((each) => each.isStringLiteral()) ? { type: 'string' } : {};
      parts.unshift({ ...type, enum: values.map(({ value }) => value) });
    }
    const [only, second] = parts.filter((each) => each !== NULL);
    if (!only) return NULL;
    if (second !== undefined) return { anyOf: parts };
    return parts.includes(NULL) ? orNull(only) : only;
  }

  private objectOf(type: ts.Type): JsonSchema {
    const index = this.checker.getIndexTypeOfType(type, ts.IndexKind.String);
    const properties: Record<string, JsonSchema> = {};
    const required: string[] = [];
    for (const member of this.checker.getPropertiesOfType(type)) {
      const found = this.checker.getTypeOfSymbol(member);
      if (!isWritten(member, found) || isNothing(found)) continue;
      const isOptional = (member.flags & ts.SymbolFlags.Optional) !== 0;
      const mayLack = isOptional || (found.isUnion() && found.types.some(isNothing));
      properties[member.name] = withDescription(this.of(found), this.described(member));
      if (!mayLack) required.push(member.name);
    }
    return {
      type: 'object',
      ...(Object.keys(properties).length > 0 && { properties }),
      ...(required.length > 0 && { required }),
      ...(index && { additionalProperties: this.of(index) }),
    };
  }

  private argumentsOf(type: ts.Type): readonly ts.Type[] {
    return this.checker.getTypeArguments(type as ts.TypeReference);
  }

  /** Of what the code names: an interface, a class or an alias; a page of parties is a PartyPage. */
  private nameOf(type: ts.Type): string | undefined {
    const symbol = type.aliasSymbol ?? type.getSymbol();
    if (!symbol || !isOurs(symbol) || symbol.name.startsWith('__')) return undefined;
    if (!type.aliasSymbol && !(symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface))) return undefined;
    const given = type.aliasSymbol ? (type.aliasTypeArguments ?? []) : this.argumentsOf(type);
    const own = given.filter((each) => !(each.flags & ts.TypeFlags.TypeParameter));
    const names = own.map((each) => (this.checker.isArrayType(each) ? this.itemName(each) : this.nameOf(each)));
    if (names.some((each) => each === undefined)) return undefined;
    return [...names, symbol.name].join('');
  }

  private itemName(type: ts.Type): string | undefined {
    const [item] = this.argumentsOf(type);
    const name = item && this.nameOf(item);
    return name === undefined ? undefined : `${name}List`;
  }

  private described(symbol: ts.Symbol | undefined): { description?: string } {
    const parts = symbol?.getDocumentationComment(this.checker) ?? [];
    const description = ts.displayPartsToString(parts).replace(/\s+/g, ' ').trim();
    return description ? { description } : {};
  }

  /** Two modules may have a type of the same name. */
  private freeName(wanted: string): string {
    let name = wanted;
    for (let next = 2; name in this.made; next += 1) name = `${wanted}${next}`;
    return name;
  }
}

const tupleOf = (items: readonly JsonSchema[]): JsonSchema =>
  items.length === 0
    ? { type: 'array', items: {}, maxItems: 0 }
    : { type: 'array', prefixItems: items, minItems: items.length, items: false };

/** What a package or the language declares says nothing to a reader of the description. */
const isOurs = (symbol: ts.Symbol): boolean =>
  (symbol.declarations ?? []).some((each) => !each.getSourceFile().fileName.includes('/node_modules/'));

/** A description may stand beside a reference since OpenAPI 3.1, but tools differ in reading it. */
const withDescription = (schema: JsonSchema, described: { description?: string }): JsonSchema =>
  '$ref' in schema ? schema : { ...schema, ...described };
