/** A field of a page's form: what it says in the API's terms, and what the page shows again when that is refused. */
interface Field {
  read(value: unknown): unknown;
  kept(value: unknown): unknown;
}

/** Sent twice, or by a program, it may be anything. Too long is for the schema to say: cut, it would be another text. */
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const typed = (read: (value: string) => unknown): Field => ({ read: (value) => read(text(value)), kept: text });
const chosen = (read: (value: unknown) => unknown): Field => ({ read, kept: read });

const several = (value: unknown): unknown[] => [value].flat().filter((one) => text(one) !== '');

export const field = {
  text: typed((value) => value),
  /** Left empty, it is unset. */
  orNull: typed((value) => value.trim() || null),
  number: typed((value) => (value.trim() === '' ? Number.NaN : Number(value))),
  numberOrNull: typed((value) => (value.trim() === '' ? null : Number(value))),
  /** One a line. */
  lines: typed((value) =>
    value
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean),
  ),
  ticked: chosen((value) => value !== undefined),
  /** Several fields of one name, those left empty aside. */
  several: chosen(several),
  /** Several boxes of one name, each a number. */
  numbers: chosen((value) => several(value).map(Number)),
};

type Fields = Record<string, Field>;

const each = (fields: Fields, body: Record<string, unknown> | undefined, what: keyof Field) =>
  Object.fromEntries(Object.entries(fields).map(([name, { [what]: does }]) => [name, does(body?.[name])]));

/** A form as the API's JSON would say it, so that one schema judges both. */
export const fromForm = (fields: Fields, body: Record<string, unknown> | undefined) => each(fields, body, 'read');

/** What was typed, to stand on the page again. */
export const keptFrom = (fields: Fields, body: Record<string, unknown> | undefined) => each(fields, body, 'kept');

/** The fields in which what was sent differs from what stands: a form sends all of them. */
export function differing<T extends object>(stands: object, sent: T): { before: object; after: Partial<T> } {
  const was = stands as Record<string, unknown>;
  const changed = Object.entries(sent).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(was[name]));
  return {
    before: Object.fromEntries(changed.map(([name]) => [name, was[name]])),
    after: Object.fromEntries(changed) as Partial<T>,
  };
}
