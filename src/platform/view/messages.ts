import { readFileSync } from 'node:fs';
import path from 'node:path';
import { IntlMessageFormat } from 'intl-messageformat';
import type { FieldError, Values } from '../../kernel/errors.ts';
import { FALLBACK, type Language, languageOf, languages } from '../../kernel/language.ts';

const FOLDER = path.join(import.meta.dirname, '../../../templates/messages');

export type { Values };

export type Messages = ReturnType<typeof createMessages>;

/**
 * What pages and mails say to readers: ICU MessageFormat under keys such as `confirm.title`, a file for each language.
 */
export function createMessages() {
  const texts = new Map<Language, Map<string, string>>(languages.map((language) => [language, flat(read(language))]));
  const formats = new Map<string, IntlMessageFormat>();

  function formatOf(locale: string, key: string): IntlMessageFormat {
    const id = `${locale} ${key}`;
    const known = formats.get(id);
    if (known) return known;
    const text = texts.get(languageOf(locale))?.get(key);
    if (text === undefined) throw new Error(`there is no message ${key} in ${locale}`);
    const made = new IntlMessageFormat(text, locale);
    formats.set(id, made);
    return made;
  }

  const has = (key: string): boolean => texts.get(FALLBACK)?.has(key) ?? false;

  /** Errors carry the key of a message, or, where only programs meet them, plain words. */
  const worded = (locale: string, text: string, values: Values = {}): string =>
    has(text) ? String(formatOf(locale, text).format({ ...values, ...unmarked })) : text;

  return {
    texts: texts as ReadonlyMap<Language, ReadonlyMap<string, string>>,

    /** The words alone, without marks. @throws where there is no such message, or a value is missing */
    say: (locale: string, key: string, values: Values = {}): string =>
      String(formatOf(locale, key).format({ ...values, ...unmarked })),

    /** The same as HTML: values are escaped, and a message may set words in `<b>` and `<bdi>`. */
    sayHtml: (locale: string, key: string, values: Values = {}): string => {
      const safe = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, escaped(value)]));
      return String(formatOf(locale, key).format({ ...safe, ...marks }));
    },

    worded,

    wordedFields: (locale: string, fields: FieldError[]): FieldError[] =>
      fields.map(({ field, message, values }) => ({ field, message: worded(locale, message, values) })),
  };
}

const mark = (tag: string) => (words: unknown[]) => `<${tag}>${words.join('')}</${tag}>`;
const marks = { b: mark('b'), bdi: mark('bdi') };

const only = (words: unknown[]) => words.join('');
const unmarked = { b: only, bdi: only };

const escaped = (value: string | number): string | number =>
  typeof value === 'number' ? value : value.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

type Tree = { [key: string]: string | Tree };

const read = (language: Language): Tree =>
  JSON.parse(readFileSync(path.join(FOLDER, `${language}.json`), 'utf8')) as Tree;

function flat(tree: Tree, above = ''): Map<string, string> {
  const pairs = Object.entries(tree).flatMap(([key, held]): [string, string][] => {
    const name = `${above}${key}`;
    return typeof held === 'string' ? [[name, held]] : [...flat(held, `${name}.`)];
  });
  return new Map(pairs);
}
