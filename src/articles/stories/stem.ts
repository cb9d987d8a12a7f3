/** Enough letters to tell words apart that are not endings of one another. */
const STEM = 7;
const SHORT = 3;

const ARABIC = /\p{Script=Arabic}/u;
const CYRILLIC = /\p{Script=Cyrillic}/u;

/** Articles share most of their words, and taking one apart costs more than remembering it. */
const known = new Map<string, string>();
const REMEMBERED = 20_000;

/** A word without its ending, accents and spelling habits: light, for languages with endings; others keep theirs. */
export function stem(word: string): string {
  const found = known.get(word);
  if (found !== undefined) return found;
  if (known.size >= REMEMBERED) known.clear();
  const made = cut(word);
  known.set(word, made);
  return made;
}

function cut(word: string): string {
  if (ARABIC.test(word)) return arabic(word);
  if (CYRILLIC.test(word)) return cyrillic(word);
  return latin(word);
}

function latin(word: string): string {
  const bare = word.normalize('NFD').replace(/\p{M}+/gu, '');
  const end = /(?:ements?|ments?|ings?|ers?|ies|ied|ees?|es|ed|aux|s|x|e|y)$/.exec(bare);
  return (end && end.index >= SHORT + 1 ? bare.slice(0, end.index) : bare).slice(0, STEM);
}

/** Харків, Харкова; Київ, Києва; будинок, будинку: a vowel that comes and goes is no difference either. */
function cyrillic(word: string): string {
  return word
    .replace(
      /(?<=.{3})(?:ськ(?:ий|ого|ому|а|ої|ій|е|і|их)|ування|ення|ання|ами|ями|ові|еві|єві|ого|ому|ими|их|ій|ої|ою|ею|ах|ях|ам|ям|ом|ем|ти|ли|ла|ло|[аеиіїйоуюяьєв])$/,
      '',
    )
    .replace(/(?<=.{2})(?:[оеєії]в|[оії])$/, '')
    .replace(/(?<=.{3})[ое](?=[кц]$)/, '')
    .slice(0, STEM - 1);
}

function arabic(word: string): string {
  const even = word
    .replace(/[\p{M}ـ]+/gu, '')
    .replace(/[أإآٱ]/g, 'ا')
    .replace(/ى/g, 'ي')
    .replace(/ؤ/g, 'و')
    .replace(/ئ/g, 'ي');
  const bare = even.replace(/^(?:وال|فال|بال|كال|لل|ال)(?=.{3})/, '');
  return bare.replace(/(?:تها|تهم|ته|ات|ون|ين|ان|ها|هم|ية|ة|ه|ي|ا)$/, (end, at: number) => (at >= SHORT ? '' : end));
}
