/**
 * How every answer says what it withholds: the field is null, or an entry is left out of a list, and the field's name
 * is in `redacted` of the same object. Where nothing is withheld there is no `redacted`.
 */
export interface Redacted<Field extends string = string> {
  redacted?: Field[];
}

export const redactedIf = <Field extends string>(withheld: Readonly<Record<Field, boolean>>): Redacted<Field> => {
  const redacted = (Object.keys(withheld) as Field[]).filter((field) => withheld[field]);
  return redacted.length > 0 ? { redacted } : {};
};
