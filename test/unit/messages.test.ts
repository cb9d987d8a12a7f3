import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type MessageFormatElement, parse, TYPE } from '@formatjs/icu-messageformat-parser';
import { FALLBACK, languages, localeFor } from '../../src/kernel/language.ts';
import { createMessages } from '../../src/platform/view/messages.ts';

const { texts, say, sayHtml, worded } = createMessages();
const english = texts.get(FALLBACK) ?? new Map<string, string>();

test('every language says all there is to say, with the same values and the plurals it has', () => {
  for (const language of languages) {
    const own = texts.get(language) ?? new Map<string, string>();
    assert.deepEqual([...own.keys()], [...english.keys()], `${language}: the same keys, in the same order`);
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories.toSorted();
    for (const [key, text] of own) {
      assert.notEqual(text.trim(), '', `${language} ${key}`);
      assert.deepEqual(named(text), named(english.get(key) ?? ''), `${language} ${key}: the values it names`);
      for (const given of plurals(text)) assert.deepEqual(given, forms, `${language} ${key}: its plural forms`);
    }
  }
});

test('every key in use has a message, and every message is in use', () => {
  const files = globSync(['templates/{pages,partials,emails}/*', 'src/**/*.ts', 'templates/assets/*.js']);
  const used = new Set(
    files.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/['`]([a-z][a-z-]*(?:\.[a-z0-9-]+)+)['`]/g)].map(([, key]) => key),
    ),
  );
  const groups = new Set([...english.keys()].map((key) => key.split('.')[0]));
  const said = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/'([a-z0-9.-]+)' \| say/g)].map(([, key]) => `${key}`),
  );
  assert.deepEqual(
    said.filter((key) => !english.has(key)),
    [],
    'said in a template',
  );
  assert.ok(said.length > 0 && groups.size > 0);
  assert.deepEqual(
    [...english.keys()].filter((key) => !used.has(key)),
    [],
    'said nowhere',
  );
});

test('plurals, names and signs come out as they should', () => {
  const days = (locale: string, n: number) => say(locale, 'mail.button-works', { days: n });
  assert.deepEqual(
    [1, 3, 7].map((n) => days('uk', n)),
    ['Кнопка діє 1 день.', 'Кнопка діє 3 дні.', 'Кнопка діє 7 днів.'],
  );
  assert.equal(days('en-GB', 1), 'The button works for 1 day.');
  assert.match(
    sayHtml('en', 'mail.unasked', { brand: '<b>"A" & Co</b>' }),
    /form of <bdi>&#60;b&#62;&#34;A&#34; &#38; Co&#60;\/b&#62;<\/bdi>\./,
  );
  assert.equal(worded('fr', 'confirm.button'), 'Confirmer');
  assert.equal(worded('fr', 'must be like #b3261e'), 'must be like #b3261e');
  assert.throws(() => say('en', 'confirm.nothing'), /confirm\.nothing/);
});

test('who asks for a language gets it, with the newsroom’s region where that is its own', () => {
  assert.equal(localeFor('en-US'), 'en-US');
  assert.equal(localeFor('en-US', null, 'fr', 'ar'), 'fr');
  assert.equal(localeFor('fr-CA', 'fr'), 'fr-CA');
  assert.equal(localeFor('de'), 'en', 'nothing is said in German');
  assert.equal(localeFor('de', 'uk'), 'uk');
});

function walk(elements: MessageFormatElement[]): MessageFormatElement[] {
  return elements.flatMap((element) => {
    if (element.type === TYPE.tag) return [element, ...walk(element.children)];
    if (element.type !== TYPE.plural && element.type !== TYPE.select) return [element];
    return [element, ...Object.values(element.options).flatMap(({ value }) => walk(value))];
  });
}

const named = (text: string): string[] =>
  [
    ...new Set(walk(parse(text)).flatMap((e) => (e.type === TYPE.literal || e.type === TYPE.pound ? [] : [e.value]))),
  ].toSorted();

const plurals = (text: string): string[][] =>
  walk(parse(text)).flatMap((e) =>
    e.type === TYPE.plural
      ? [
          Object.keys(e.options)
            .filter((form) => !form.startsWith('='))
            .toSorted(),
        ]
      : [],
  );
