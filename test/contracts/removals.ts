/** What a change of the code would take from the description: a field of an answer, or a code of a refusal. */
export interface Removal {
  /** Where it was, as a path into the document. */
  what: string;
  /** The document without it. */
  document: object;
}

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;

/** The places of a document that hold a schema with fields, or with the codes of refusals. */
function* placesIn(value: unknown, path: readonly string[] = []): Generator<readonly string[]> {
  if (!isObject(value)) return;
  if (isObject(value.properties)) yield path;
  for (const [key, child] of Object.entries(value)) if (key !== 'examples') yield* placesIn(child, [...path, key]);
}

const at = (document: unknown, path: readonly string[]): Json =>
  path.reduce<unknown>((value, key) => (value as Json)[key], document) as Json;

/** Each field of what the API answers and takes, and each code that it refuses with, taken away by itself. */
export function* removalsFrom(document: object): Generator<Removal> {
  for (const path of placesIn(document)) {
    const { properties } = at(document, path) as { properties: Record<string, { enum?: string[] }> };
    for (const [name, { enum: codes = [] }] of Object.entries(properties)) {
      yield {
        what: [...path, name].join(' '),
        document: changed(document, path, (schema) => {
          const { [name]: _, ...others } = schema.properties as Json;
          const required = (schema.required as string[] | undefined)?.filter((each) => each !== name);
          return { ...schema, properties: others, ...(required && { required }) };
        }),
      };
      if (name !== 'errorCode') continue;
      for (const code of codes)
        yield {
          what: [...path, name, code].join(' '),
          document: changed(document, [...path, 'properties', name], (schema) => ({
            ...schema,
            enum: codes.filter((each) => each !== code),
          })),
        };
    }
  }
}

/** A copy of the document in which one part is another. What is beside it is shared. */
function changed(value: unknown, [key, ...rest]: readonly string[], change: (part: Json) => Json): Json {
  const whole = value as Json;
  if (key === undefined) return change(whole);
  const part = changed(whole[key], rest, change);
  return (Array.isArray(whole) ? Object.assign([...whole], { [key]: part }) : { ...whole, [key]: part }) as Json;
}
