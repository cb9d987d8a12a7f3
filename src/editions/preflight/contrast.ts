import { Parser } from 'htmlparser2';
import { contrast } from '../../platform/view/accent.ts';
import type { Check } from './check.ts';
import { fits, type Rule, rulesIn, type Seen } from './css-rules.ts';

/** WCAG 2.2, 1.4.3. */
const READABLE = 4.5;
/** Less than this nobody reads. */
const VISIBLE = 1.5;

interface Colours {
  ink: string;
  paper: string;
}

interface Element extends Seen {
  hidden: boolean;
  light: Colours;
  dark: Colours;
}

interface Faint {
  words: string;
  ratio: number;
  dark: boolean;
}

const DEFAULT: Colours = { ink: '#000000', paper: '#ffffff' };

/** What is hard to read, by the colours that each text is given, on light screens and on dark ones. */
export function contrastOf(html: string): Check {
  const what = 'Contrast';
  const faint = faintest(html);
  if (!faint) return { what, state: 'ok', says: 'Everything can be read, on light screens and on dark ones.' };
  const state = faint.ratio < VISIBLE ? 'wrong' : 'unsure';
  const screen = faint.dark ? 'a dark screen' : 'a light screen';
  const words = faint.words.slice(0, 60);
  const says = `“${words}” has a contrast of ${faint.ratio.toFixed(1)} on ${screen}; ${READABLE} is wanted. Change the template’s colours.`;
  return { what, state, says };
}

function faintest(html: string): Faint | undefined {
  const rules = [...html.matchAll(/<style[^>]*>([\s\S]*?)<\/style>/gi)].flatMap(([, css = '']) => rulesIn(css));
  const coloured = rules.filter(({ declared }) => /color|background/i.test(declared));
  const path: Element[] = [];
  let found: Faint | undefined;
  const parser = new Parser({
    onopentag: (tag, attributes) => void path.push(elementOf(tag, attributes, path, coloured)),
    onclosetag: () => void path.pop(),
    ontext: (text) => {
      const at = path.at(-1);
      const words = text.replace(/(?:\s|\u034f|\u200c)+/g, ' ').trim();
      if (!at || at.hidden || words === '') return;
      for (const dark of [false, true]) {
        const { ink, paper } = dark ? at.dark : at.light;
        const ratio = contrast(ink, paper);
        if (ratio < READABLE && ratio < (found?.ratio ?? READABLE)) found = { words, ratio, dark };
      }
    },
  });
  parser.end(html);
  return found;
}

function elementOf(tag: string, attributes: Record<string, string>, path: Element[], rules: Rule[]): Element {
  const above = path.at(-1);
  const seen: Seen = { tag, classes: (attributes.class ?? '').split(/\s+/).filter(Boolean) };
  const inline = attributes.style ?? '';
  const around = [...path, seen];
  const fitting = rules.filter(({ selector }) => fits(selector, around));
  const light = fitting.filter(({ dark }) => !dark).map(({ declared }) => declared);
  const dark = fitting.map(({ declared }) => declared);
  const bare = `background-color:${attributes.bgcolor ?? ''};`;
  return {
    ...seen,
    hidden:
      (above?.hidden ?? false) ||
      ['style', 'script', 'title', 'head'].includes(tag) ||
      /display\s*:\s*none|visibility\s*:\s*hidden/i.test(inline),
    light: painted(above?.light ?? DEFAULT, [bare, ...light], inline),
    dark: painted(above?.dark ?? DEFAULT, [bare, ...dark], inline),
  };
}

/** An inline style goes before a rule, unless the rule insists. */
function painted(above: Colours, rules: string[], inline: string): Colours {
  const order = [...rules.map(plain), inline, ...rules.map(insisting)];
  const last = (name: RegExp) => order.flatMap((declared) => colourIn(declared, name) ?? []).at(-1);
  return {
    ink: last(/(?:^|;)\s*color\s*:\s*([^;]+)/gi) ?? above.ink,
    paper: last(/(?:^|;)\s*background(?:-color)?\s*:\s*([^;]+)/gi) ?? above.paper,
  };
}

const parts = (declared: string): string[] => declared.split(';');
const insists = (part: string): boolean => /!\s*important/i.test(part);
const plain = (declared: string): string =>
  parts(declared)
    .filter((part) => !insists(part))
    .join(';');
const insisting = (declared: string): string => parts(declared).filter(insists).join(';');

const NAMED: Record<string, string> = { white: '#ffffff', black: '#000000' };

/** The last one that is a colour we know. */
function colourIn(declared: string, name: RegExp): string | undefined {
  const values = [...declared.matchAll(name)].map(([, value = '']) => value.replace(/!.*$/, '').trim().toLowerCase());
  return values.flatMap((value) => hex(value) ?? []).at(-1);
}

function hex(value: string): string | undefined {
  const [first = ''] = value.split(/\s+(?![^(]*\))/);
  if (/^#[0-9a-f]{6}$/.test(first)) return first;
  if (/^#[0-9a-f]{3}$/.test(first)) return `#${[...first.slice(1)].map((digit) => digit + digit).join('')}`;
  const [, red, green, blue] = /^rgb\((\d+)[,\s]+(\d+)[,\s]+(\d+)\)$/.exec(first) ?? [];
  if (red && green && blue) {
    const digits = [red, green, blue].map((part) => Math.min(255, Number(part)).toString(16).padStart(2, '0'));
    return `#${digits.join('')}`;
  }
  return NAMED[first];
}
