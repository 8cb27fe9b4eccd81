export type Path = readonly string[];
export type Report = (path: Path, why: string, mend: string) => void;

/**
 * Reads a value of an unknown shape and reports all that is wrong with it. What it returns is of the type it
 * promises only when nothing was reported.
 */
export type Shape<T> = (value: unknown, at: Path, report: Report) => T;

interface Field<T> {
  shape: Shape<T>;
  /** What an absent value stands for; without it the value must be given. */
  absent?: { value: T };
}

const named = (value: unknown): string => {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a map' : JSON.stringify(value);
};

const entriesOf = (value: unknown): [string, unknown][] | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : undefined;

export const required = <T>(shape: Shape<T>): Field<T> => ({ shape });
export const optional = <T>(shape: Shape<T>, value: T): Field<T> => ({ shape, absent: { value } });

/** @param kind What the text should be, with an example, such as `a table name like finding_snapshot`. */
export const text =
  (pattern: RegExp, kind: string): Shape<string> =>
  (value, at, report) => {
    if (typeof value === 'string' && pattern.test(value)) return value;
    report(at, `is ${named(value)}`, `Write ${kind}.`);
    return '';
  };

export const wholeNumber: Shape<number> = (value, at, report) => {
  if (Number.isInteger(value) && (value as number) > 0) return value as number;
  report(at, `is ${named(value)}`, 'Write a whole number above zero.');
  return 1;
};

export const oneOf =
  <T extends string>(values: readonly [T, ...T[]]): Shape<T> =>
  (value, at, report) => {
    const found = values.find((candidate) => candidate === value);
    if (found === undefined) report(at, `is ${named(value)}`, `Write one of ${values.join(', ')}.`);
    return found ?? values[0];
  };

/** A list of texts, each at most once. */
export const listOf =
  (item: Shape<string>): Shape<string[]> =>
  (value, at, report) => {
    if (!Array.isArray(value)) {
      report(at, `is ${named(value)}`, 'Write a list, such as [first, second].');
      return [];
    }
    const items = value.map((each, index) => item(each, [...at, String(index)], report));
    items.forEach((each, index) => {
      if (items.indexOf(each) < index) report([...at, String(index)], `says "${each}" again`, 'Say it once.');
    });
    return items;
  };

export const mapOf =
  <T>(key: Shape<string>, item: Shape<T>): Shape<Record<string, T>> =>
  (value, at, report) => {
    const entries = entriesOf(value);
    if (!entries) report(at, `is ${named(value)}`, 'Write a map, such as { name: value }.');
    return Object.fromEntries(
      (entries ?? []).map(([name, each]) => {
        key(name, [...at, name], (path, _why, mend) => {
          report(path, 'has a name of another form', mend);
        });
        return [name, item(each, [...at, name], report)];
      }),
    );
  };

/** A map with these keys and no other. */
export const record =
  <T extends object>(fields: { [K in keyof T]-?: Field<T[K]> }): Shape<T> =>
  (value, at, report) => {
    const entries = entriesOf(value);
    if (!entries) {
      report(at, `is ${named(value)}`, `Write a map with the keys ${Object.keys(fields).join(', ')}.`);
      return {} as T;
    }
    const given = new Map(entries);
    for (const name of given.keys())
      if (!(name in fields))
        report(
          [...at, name],
          'is a key that nobody reads',
          `Remove it, or use one of ${Object.keys(fields).join(', ')}.`,
        );
    return Object.fromEntries(
      Object.entries<Field<unknown>>(fields).flatMap(([name, { shape, absent }]): [string, unknown][] => {
        if (given.has(name)) return [[name, shape(given.get(name), [...at, name], report)]];
        if (!absent) report([...at, name], 'is missing', 'Add it.');
        return absent?.value === undefined ? [] : [[name, structuredClone(absent.value)]];
      }),
    ) as T;
  };
