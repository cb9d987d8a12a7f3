/** An element, as rules see it. */
export interface Seen {
  tag: string;
  classes: string[];
}

export interface Rule {
  selector: string;
  declared: string;
  /** Held for dark screens only. */
  dark: boolean;
}

const COMMENT = /\/\*[\s\S]*?\*\//g;
const DARK = /@media[^{]*prefers-color-scheme\s*:\s*dark[^{]*\{((?:[^{}]*\{[^{}]*\})*)[^{}]*\}/g;
const ANY_MEDIA = /@[^{;]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}/g;
const RULE = /([^{}]+)\{([^{}]*)\}/g;

/** What a style element says for every screen, then what it says for dark ones. */
export function rulesIn(css: string): Rule[] {
  const plain = css.replace(COMMENT, '');
  const dark = [...plain.matchAll(DARK)].map(([, inner = '']) => inner).join('\n');
  const split = (text: string, isDark: boolean): Rule[] =>
    [...text.matchAll(RULE)].flatMap(([, selectors = '', declared = '']) =>
      selectors.split(',').map((selector) => ({ selector: selector.trim(), declared, dark: isDark })),
    );
  return [...split(plain.replace(ANY_MEDIA, ''), false), ...split(dark, true)];
}

/** Tags and classes, inside or right below each other: what mails use. Anything else fits nothing. @param path the element last */
export function fits(selector: string, path: Seen[]): boolean {
  const steps = selector
    .replace(/\s*>\s*/g, ' >')
    .split(/\s+/)
    .filter(Boolean);
  return climbs(steps, path);
}

function climbs(steps: string[], path: Seen[]): boolean {
  const [last, ...above] = [steps.at(-1) ?? '', ...steps.slice(0, -1)];
  const seen = path.at(-1);
  if (!seen || !isOne(last.replace(/^>/, ''), seen)) return false;
  if (above.length === 0) return true;
  if (last.startsWith('>')) return climbs(above, path.slice(0, -1));
  for (let depth = path.length - 1; depth > 0; depth -= 1) if (climbs(above, path.slice(0, depth))) return true;
  return false;
}

function isOne(simple: string, { tag, classes }: Seen): boolean {
  if (!/^(?:[a-z][a-z0-9]*|\*)?(?:\.[\w-]+)*$/i.test(simple) || simple === '') return false;
  const [name = '', ...wanted] = simple.split('.');
  return (name === '' || name === '*' || name.toLowerCase() === tag) && wanted.every((one) => classes.includes(one));
}
