import type { FieldComments } from './answers/field-comments.js';
import { propertyRulesOf, type CheckedClass, type JsonSchema } from './class-rules.js';

/** What may be null besides. */
export function orNull(schema: JsonSchema): JsonSchema {
  if (typeof schema.type !== 'string') return { anyOf: [schema, { type: 'null' }] };
  const values = Array.isArray(schema.enum) ? { enum: [...(schema.enum as unknown[]), null] } : {};
  return { ...schema, type: [schema.type, 'null'], ...values };
}

/** The schemas of classes and of the classes within them, each once, under the name of its class. */
export class JsonSchemas {
  private readonly names = new Map<CheckedClass, string>();
  private readonly made: Record<string, JsonSchema>;

  /**
   * @param prefix where the schemas will stand in the document, such as `#/components/schemas/`
   * @param closed unknown properties are refused. Not in events: a consumer must bear what a producer adds.
   * @param given schemas of the document that stand for no class
   * @param comments by class and property, what they are for
   */
  constructor(
    private readonly prefix: string,
    private readonly closed: boolean,
    given: Readonly<Record<string, JsonSchema>> = {},
    private readonly comments: FieldComments = {},
  ) {
    this.made = { ...given };
  }

  get schemas(): Readonly<Record<string, JsonSchema>> {
    return this.made;
  }

  readonly refTo = (type: CheckedClass): JsonSchema => {
    let name = this.names.get(type);
    if (name === undefined) {
      name = this.freeName(type.name);
      this.names.set(type, name);
      // Taken before the schema is made: a class may hold itself.
      this.made[name] = {};
      this.made[name] = this.of(type);
    }
    return { $ref: `${this.prefix}${name}` };
  };

  /** The class's own schema, with references to those within it. */
  of(type: CheckedClass): JsonSchema {
    const rules = propertyRulesOf(type, this.refTo);
    const required = rules.filter((rule) => rule.required).map(({ name }) => name);
    return {
      type: 'object',
      properties: Object.fromEntries(
        rules.map(({ name, schema, nullable }) => [
          name,
          { ...(nullable ? orNull(schema) : schema), ...this.descriptionOf(type, name) },
        ]),
      ),
      ...(required.length > 0 && { required }),
      ...(this.closed && { additionalProperties: false }),
    };
  }

  /** What a property is for; nothing where its comment does not say. */
  descriptionOf(type: CheckedClass, property: string): { description?: string } {
    const ofClass = Object.hasOwn(this.comments, type.name) ? this.comments[type.name] : undefined;
    const description = ofClass && Object.hasOwn(ofClass, property) ? ofClass[property] : undefined;
    return description === undefined ? {} : { description };
  }

  /** Two modules may have a class of the same name. */
  private freeName(wanted: string): string {
    let name = wanted;
    for (let next = 2; name in this.made; next += 1) name = `${wanted}${next}`;
    return name;
  }
}
