import type { Check } from './check.ts';

interface Feature {
  name: string;
  found: RegExp;
  /** Who leaves it off. */
  lacking: string;
  /** Without it the mail does not read as it should; the rest is trimming. */
  matters: boolean;
}

const matters = true;
const trimming = false;

/** What mails are seen to use that Gmail, Outlook for Windows or Apple Mail leave off. */
const features: Feature[] = [
  { name: 'flex boxes', found: /display\s*:\s*(?:inline-)?flex/i, lacking: 'Outlook', matters },
  { name: 'grids', found: /display\s*:\s*(?:inline-)?grid/i, lacking: 'Outlook and Gmail', matters },
  { name: 'positioned parts', found: /position\s*:\s*(?:absolute|fixed|sticky)/i, lacking: 'Gmail', matters },
  { name: 'background pictures', found: /background(?:-image)?\s*:[^;"}]*url\(/i, lacking: 'Outlook', matters },
  { name: 'variables', found: /var\(\s*--/i, lacking: 'Outlook and Gmail', matters },
  { name: 'calculated sizes', found: /calc\(/i, lacking: 'Outlook', matters },
  { name: 'own fonts', found: /@font-face|@import|<link[^>]+stylesheet/i, lacking: 'Gmail and Outlook', matters },
  { name: 'form fields', found: /<(?:form|input|select|textarea)\b/i, lacking: 'Gmail and Outlook', matters },
  {
    name: 'films, drawings or scripts',
    found: /<(?:video|audio|svg|iframe|script)\b/i,
    lacking: 'Gmail and Outlook',
    matters,
  },
  { name: 'dark colours', found: /prefers-color-scheme/i, lacking: 'Gmail', matters: trimming },
  { name: 'narrower margins on phones', found: /@media[^{]*max-width/i, lacking: 'Outlook', matters: trimming },
  { name: 'cropped pictures', found: /object-fit|aspect-ratio/i, lacking: 'Outlook', matters: trimming },
  { name: 'round corners', found: /border-radius\s*:\s*[1-9]/i, lacking: 'Outlook', matters: trimming },
];

/** Gmail drops a style element that is longer, and all after it. */
const LONGEST_STYLE = 8192;
const STYLE = /<style[^>]*>([\s\S]*?)<\/style>/gi;

export function cssSupport(html: string): Check {
  const what = 'Mail programs';
  const long = [...html.matchAll(STYLE)].find(([, css = '']) => css.length > LONGEST_STYLE);
  if (long) return { what, state: 'unsure', says: `Gmail drops styles longer than ${LONGEST_STYLE} characters.` };
  const used = features.filter(({ found }) => found.test(html));
  const told = (some: Feature[]) => some.map(({ name, lacking }) => `${name} (${lacking})`).join(', ');
  const lost = used.filter((feature) => feature.matters);
  if (lost.length > 0) return { what, state: 'unsure', says: `Not everybody sees it as it is meant: ${told(lost)}.` };
  const says = 'It reads well in Gmail, Outlook and Apple Mail.';
  return { what, state: 'ok', says: used.length > 0 ? `${says} Some do without ${told(used)}.` : says };
}
