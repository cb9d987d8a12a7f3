import { cleanLine } from '../text/clean.ts';

const BY =
  /^(?:(?:written|(?:words|story|text)(?: (?:and|&) (?:photos?|photographs|pictures|images|video))?|report|reported|posted|published|reporting|article|article written|analysis|opinion|review|interview|first published|created|submitted)\s+)?by\b\s*:?\s*|^(?:authors?|byline|reporter|autor(?:in|zy|es|a)?|auteurs?|autore|autori|verfasser|redakteur(?:in)?|автори?|авторы|текст|text|tekst|words|door|przez|écrit par|publié par|rédigé par|escrito por|scritto da|geschrieben von|ein beitrag von|napisał(?:a)?|記者|取材・文|執筆|著者|记者|作者|기자)\s*[:：=＝]\s*|^(?:記者|记者)\s+|^(?:écrit par|publié par|rédigé par|escrito por|scritto da|geschrieben von|ein beitrag von)\s+|^(?:بقلم|كتب)\s*:?\s*/iu;
// These are parts of names, and mean "by" only in their own languages.
const BY_ABROAD: Record<string, RegExp> = {
  ...{
    de: /^von\s+/i,
    fr: /^par\s+/i,
    es: /^por\s+/i,
    pt: /^por\s+/i,
    it: /^(?:di|a cura di)\s+/i,
    nl: /^(?:van|door)\s+/i,
  },
  ...{ sv: /^av\s+/i, nb: /^av\s+/i, no: /^av\s+/i, da: /^af\s+/i, ca: /^per\s+/i, ro: /^de\s+/i },
  ...{ ru: /^от\s+/i, bg: /^от\s+/i },
};
const ROLE =
  /\b(?:editor(?:s|-in-chief)?|reporters?|correspondents?|writers?|columnists?|journalists?|staff|bureau|critic|producer|contributors?|photographers?|analyst|professor|lecturer|fellow|researcher|author|presenter|team|redakteur(?:in)?|korrespondent(?:in)?|journaliste|rédact(?:eur|rice)|редактор|кореспондент|журналіст(?:ка)?|корреспондент)\b/iu;
const NOBODY =
  /^(?:admin(?:istrator)?|super ?user|webmaster|wordpress|root|user\d*|test|none|null|undefined|unknown|anonymous|n\/a|author|editor|@.*|by)$/i;
const TAIL =
  /\s*(?:[|•·/]|\s[–—-]\s|\s{2}|\bposted\b|\bpublished\b|\bupdated\b|\bopens in\b|\bfollow\b|\bemail\b|\bview (?:all|bio|profile)\b|\bis (?:a|an|the)\b).*$/iu;
// `Jane DoePublished 3 May`, `Jane Doe, Photos: Jon Reed`, `Jane Doe in London`, `Jane Doe March 18 at 12:22`, `Jane Doe @jane`.
const GLUED =
  /\s*(?:Published|Posted|Updated|UPDATED|PUBLISHED)\b.*$|\s+(?:in|at|for|under|reports? from)\s+\p{Lu}.*$|\s+\S+@\w+\.\w.*$|\s*@\w+.*$|\s+(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)\p{L}*\.?\s+\d.*$|(?:,?\s+|(?<=\p{Ll}))\p{Lu}\p{Ll}*:\s.*$|,?\s+(?:with\s)?(?:[Pp]hoto\w*|[Pp]ictures?|[Vv]ideo) by\s.*$/u;
// Where no "by" says that it is a name, `National Centre for Social Research` may be one.
const BESIDE = /\s+(?:at\s+(?:the\s+)?\p{Lu}|@\w).*$/u;
const PERSON =
  /^(?:\p{Lu}[\p{L}\p{M}'’.-]*|\p{Lo}+)(?:\s+(?:(?:van|von|de|der|den|da|di|la|le|el|al|bin|ibn|du|dos|ter|af)\s+)*(?:\p{Lu}[\p{L}\p{M}'’.-]*|\p{Lo}+)){1,3}$/u;
const AGENCY = /^(?:(?:the )?associated press|ap|reuters|afp|dpa|ansa|efe|pa(?: media)?|press association|bloomberg)$/i;
const AND = /\s+(?:and|und|et|y|e|en|och|og|i|та|і|й|и|with|&)\s+/iu;
const LONGEST = 300;
const NAME_LENGTH = 80;
const NAMES_LIMIT = 10;

/** Whether a line says of itself who wrote the article. */
export function isByline(text: string, language: string): boolean {
  const start = unmarked(text);
  const bare = withoutBy(start, language);
  return bare !== start && /^["'“]?[\p{Lu}\p{Lo}]/u.test(bare);
}

const unmarked = (text: string): string => text.replace(/^[\s/|•·–—-]+/, '');

export function withoutBy(said: string, language: string): string {
  const text = unmarked(said);
  const first = text.replace(BY, '');
  if (first !== text) return first;
  const abroad = BY_ABROAD[language.slice(0, 2).toLowerCase()];
  return abroad ? text.replace(abroad, '') : text;
}

/** The names in what was said of who wrote: without "by", addresses, roles; nobody twice. */
export function namesIn(said: string[], language: string): string[] {
  const names = said
    .slice(0, NAMES_LIMIT)
    .map((text) => mailedName(cleanLine(text.slice(0, LONGEST))))
    .filter((text) => !/^(?:https?:|www\.|\/)/i.test(text))
    .flatMap((text) => apart(alone(text, language)))
    .map((name) => withoutBy(name, language).replace(/^[\s"'“”,;:]+|[\s"'“”,;:|•·–—-]+$/g, ''))
    .filter((name) => /\p{L}/u.test(name) && name.length <= NAME_LENGTH && !NOBODY.test(name) && !name.includes('@'));
  return names.filter((name, at) => names.findIndex((other) => other.toLowerCase() === name.toLowerCase()) === at);
}

/** Without what pages write behind a name. */
function alone(text: string, language: string): string {
  const bare = withoutBy(text, language);
  const name = bare.replace(/\s*\([^()]*\)\s*$|\s*\(\p{Ll}[^()]*\)/gu, '').replace(TAIL, '');
  if (bare !== text) return name.replace(GLUED, '');
  const person = name.replace(BESIDE, '');
  return isPerson(person) ? person : name;
}

/** `jane@example.org (Jane Doe)`, `Jane Doe <jane@example.org>`. */
function mailedName(text: string): string {
  const [, inBrackets] = /^\S+@\S+\s*\(([^()]+)\)$/.exec(text) ?? [];
  return inBrackets ?? text.replace(/\s*<?[^\s<>@]+@[^\s<>@]+\.\w+>?\s*$/, '').trim();
}

/** `Jane Doe, Crime Reporter` is one person, `Jane Doe, Jon Reed and Mara Quill` are three. */
function apart(text: string): string[] {
  const parts = text.split(/\s*[,;]\s*/).flatMap((part) => {
    const people = part.split(AND);
    return people.length > 1 && people.every((name) => isPerson(name)) ? people : [part];
  });
  const named = parts.map((part) => part.replace(/^and\s+/i, '').trim());
  return named.filter(
    (part, at) => part !== '' && (at === 0 || !isRole(part)) && !(at > 0 && isBehindName(part, named[0] ?? '')),
  );
}

/** `Jane Doe, PhD`, `Jane Doe, Reuters`. */
const isBehindName = (part: string, first: string): boolean =>
  /^(?:jr|sr|phd|md)\.?$/i.test(part) || (isPerson(first) && AGENCY.test(part));

export const isPerson = (text: string): boolean => PERSON.test(text.trim()) && !ROLE.test(text);
const isRole = (text: string): boolean => ROLE.test(text);
