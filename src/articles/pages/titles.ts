// Between a headline and the name of the paper, the section, the way there. A dash may be the headline's own.
const CRUMB = /\s*[>»›→⟩]\s*|\s+(?:::|\/|\\)\s+|\s*::\s*/;
const BACKWARD = /\s*[«‹←]\s*/;
const BAR = /\s*[|¦｜•·]\s*|\s+[~]\s+|_(?=[^ -~])/;
const DASH = /\s+[-–—]+\s+|\s*—\s*/;
const ANY = new RegExp([CRUMB, BACKWARD, BAR, DASH].map(({ source }) => source).join('|'));
const HOME =
  /^(home ?page|home|start ?(page|seite)|front page|main|index|accueil|startseite|inicio|início|página inicial|home ?pagina|voorpagina|strona główna|головна( сторінка)?|главная( страница)?|ana sayfa|hem|hjem|forside|etusivu|archives?|blog archive|news|you are here:?)$/iu;
const PAPER =
  /\b(news|post|times|gazette|herald|tribune|guardian|journal|echo|chronicle|mail|standard|star|mirror|press|observer|telegraph|independent|courier|express|record|bugle|inquirer|examiner|advertiser|argus|reporter|dispatch|sentinel|online|magazine|radio|tv|zeitung|anzeiger|nachrichten|tagblatt|kurier|monde|figaro|presse|país|mundo|diario|corriere|giornale|gazzetta|gazeta|dziennik|courant|dagblad|\w+\.(com|org|net|co\.uk|news|de|fr|ua))\b/i;
// What stands in these is quoted, and they are no marks.
const QUOTES = /«[^«»]+»|»[^«»]+«|‹[^‹›]+›|›[^‹›]+‹/;
const MASK = '\uE000';
const MARKS = '«»‹›';
const LONGEST_TITLE = 1_000;

const squash = (text: string): string =>
  text
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]/gu, '');

/** The same headline, whatever quotes and blanks it is set with. */
export const sameWords = (a: string, b: string): boolean => a !== '' && b !== '' && squash(a) === squash(b);

export interface TitleHelp {
  site: string;
  url: string;
  /** Names of sections, of the way to the article. */
  trail: string[];
  /** The headline as the page itself shows it. */
  shown: string;
}

/**
 * A title without the way to the page and the name of the paper: `Home > News > Headline | The Post`.
 * @param loose what machines are told of a page, such as `<title>`: there a bar is never the headline's own
 */
export function bareTitle(title: string, help: TitleHelp, loose: boolean): string {
  if (title.length > LONGEST_TITLE) return title;
  if (QUOTES.test(title) && !title.includes(MASK)) return unmasked(bareTitle(masked(title), masksIn(help), loose));
  const { shown } = help;
  if (loose && shown && partsOf(title, ANY).length > 1 && isPartOf(shown, title)) return shown;
  const bare = afterCrumbs(withoutEnds(title, help), help);
  const alone = loose ? withoutBars(bare, help) : bare;
  return loose && shown === '' ? withoutDash(alone) : alone;
}

const masked = (text: string): string => text.replace(/[«»‹›]/g, (mark) => MASK + MARKS.indexOf(mark) + MASK);
const unmasked = (text: string): string =>
  text.replace(new RegExp(`${MASK}(\\d)${MASK}`, 'g'), (_, at: string) => MARKS[Number(at)] ?? '');
const masksIn = ({ shown, ...help }: TitleHelp): TitleHelp => ({ ...help, shown: masked(shown) });

const partsOf = (title: string, marks: RegExp): string[] => title.split(marks).filter((part) => part.trim() !== '');

/** `shown` stands in the title between marks, not in the middle of words. */
export function isPartOf(shown: string, title: string): boolean {
  const at = title.toLowerCase().indexOf(shown.toLowerCase());
  if (at < 0) return false;
  const [before, after] = [title.slice(0, at), title.slice(at + shown.length)];
  return (before === '' || endsInMark(before) || /:\s$/.test(before)) && (after === '' || beginsWithMark(after));
}

const endsInMark = (text: string): boolean => (text.split(ANY).at(-1) ?? '').trim() === '';
const beginsWithMark = (text: string): boolean =>
  (text.split(ANY, 1)[0] ?? '').trim() === '' || /^\s*[:,]\s/.test(text);

/** Takes the paper's name off either end. */
function withoutEnds(title: string, help: TitleHelp): string {
  const parts = split(title);
  while (parts.length > 1 && isPaper(parts.at(-1)?.text ?? '', parts.at(-1)?.mark ?? '', help)) parts.pop();
  while (parts.length > 1 && isPaper(parts[0]?.text ?? '', parts[1]?.mark ?? '', help)) parts.shift();
  return joined(parts);
}

interface Part {
  /** What stands before it. */
  mark: string;
  text: string;
}

function split(title: string): Part[] {
  const pieces = title.split(new RegExp(`(${ANY.source})`));
  const parts: Part[] = [];
  for (let at = 0; at < pieces.length; at += 2)
    parts.push({ mark: pieces[at - 1] ?? '', text: (pieces[at] ?? '').trim() });
  return parts.filter(({ text }) => text !== '');
}

const joined = (parts: Part[]): string => parts.map(({ mark, text }, at) => (at === 0 ? text : mark + text)).join('');

/** Without a name to compare with, what looks like a paper's name behind a mark is one. */
function isPaper(part: string, mark: string, { site, url, shown }: TitleHelp): boolean {
  if (sameWords(part, shown)) return false;
  // `The Post - News and sport` is called The Post.
  if (sameWords(part, site) || sameWords(part, partsOf(site, ANY)[0] ?? '')) return true;
  if (isHost(part, url)) return true;
  const isName = part.split(/\s+/).length <= 5 && /^[\p{Lu}\p{N}]|^[\w.]+$/u.test(part) && PAPER.test(part);
  return isName && site === '' && mark.trim() !== '' && !/[.!?:,"“”]\s/.test(part);
}

function isHost(name: string, url: string): boolean {
  const host = squash(new URL(url).hostname.replace(/^www\d?\./, ''));
  const bare = squash(name).replace(/^the/, '');
  return (bare.length > 3 && host.startsWith(bare)) || host === squash(name);
}

function afterCrumbs(title: string, { trail }: TitleHelp): string {
  const isWay = (part: string) => HOME.test(part) || trail.some((name) => sameWords(name, part));
  const forward = partsOf(title, CRUMB);
  const [first = '', ...rest] = forward;
  const last = rest.at(-1);
  if (last !== undefined && (isWay(first.trim()) || isWayTo(last, forward))) return last.trim();
  // `Archives » Headline`, `Headline « News`.
  const backward = partsOf(title, BACKWARD);
  if (backward.length > 1 && backward.slice(1).every((part) => isWay(part.trim()) || part.split(/\s+/).length <= 3))
    return (backward[0] ?? title).trim();
  return title;
}

/** `Sport > Football > Late winner sinks the visitors`: nobody has to name the sections. */
const isWayTo = (last: string, parts: string[]): boolean =>
  parts.length > 2 && wordsIn(last) > 2 && parts.slice(0, -1).every((part) => wordsIn(part) <= 2);

const wordsIn = (part: string): number => part.trim().split(/\s+/).length;

function withoutBars(title: string, { trail }: TitleHelp): string {
  const parts = partsOf(title, BAR).filter(
    (part, _, all) => all.length === 1 || !trail.some((name) => sameWords(name, part)),
  );
  const longest = parts.toSorted((a, b) => wordsIn(b) - wordsIn(a))[0];
  const crumbs = partsOf(longest ?? title, CRUMB);
  const best = crumbs.length > 2 ? crumbs.toSorted((a, b) => wordsIn(b) - wordsIn(a))[0] : longest;
  return (best ?? title).trim();
}

/** With nothing else to go by, a few capitalised words behind the last dash of a long title are a name. */
function withoutDash(title: string): string {
  const [, headline, name] = /^(.*\S)\s+[-–—]\s+(\S.*)$/.exec(title) ?? [];
  const isName = name !== undefined && /^\p{Lu}/u.test(name) && name.split(/\s+/).length <= 3;
  return isName && headline && headline.split(/\s+/).length >= 4 ? headline : title;
}

/** The paper's name, as the title gives it away beside the headline. */
export function siteIn(title: string, headline: string, url: string): string {
  if (title.length > LONGEST_TITLE || headline === '') return '';
  const at = title.toLowerCase().indexOf(headline.toLowerCase());
  if (at < 0) return paperIn(title, url);
  const after = title.slice(at + headline.length);
  if (beginsWithMark(after)) {
    const last = partsOf(after, ANY).at(-1)?.trim() ?? '';
    if (isNameLike(last)) return last;
  }
  const before = title.slice(0, at);
  const first = endsInMark(before) ? (partsOf(before, ANY)[0]?.trim() ?? '') : '';
  if (isNameLike(first)) return first;
  if (HOME.test(first)) return paperIn(before, url);
  // A colon may be the headline's own.
  const named = /^([^:]{3,60}):\s$/.exec(before)?.[1] ?? '';
  return isNameLike(named) && (PAPER.test(named) || isHost(named, url)) ? named : '';
}

/** Of a title that has not the headline in it, what is called as papers are. */
function paperIn(title: string, url: string): string {
  const parts = partsOf(title, ANY).map((part) => part.trim());
  const isCalled = (part: string) => /^\p{Lu}\S*(?:\s(?:of|the|and|&|\p{Lu}\S*))*$/u.test(part);
  const isPaperLike = (part: string) => isNameLike(part) && (isHost(part, url) || (isCalled(part) && PAPER.test(part)));
  return [parts.at(-1) ?? '', ...parts].find(isPaperLike) ?? '';
}

export const isNameLike = (text: string): boolean => text !== '' && text.split(/\s+/).length <= 6 && !HOME.test(text);
