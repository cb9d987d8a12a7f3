const LIMIT = 300;
// A cut at a sentence should not throw most of the text away.
const WORTHWHILE = 0.5;

export function truncate(text: string, most = LIMIT): string {
  if (text.length <= most) return text;
  const sentences = leading(text, 'sentence', most).trimEnd();
  if (sentences.length >= most * WORTHWHILE && !endsInAbbreviation(sentences)) return sentences;
  const words = leading(text, 'word', most - 1).replace(/[\s,;:–—-]+$/, '');
  return `${words || leading(text, 'grapheme', most - 1)}…`;
}

/** As many whole segments from the start as fit; Intl knows where words end without blanks between them. */
function leading(text: string, granularity: 'sentence' | 'word' | 'grapheme', most: number): string {
  let end = 0;
  for (const { index, segment } of new Intl.Segmenter(undefined, { granularity }).segment(text.slice(0, most * 2))) {
    if (index + segment.trimEnd().length > most) break;
    end = index + segment.length;
  }
  return text.slice(0, end);
}

// "Dr.", "No.", "U.S." look like the end of a sentence and are not.
const endsInAbbreviation = (text: string): boolean => /(^|\s)(\p{Lu}\p{L}{0,2}|(\p{L}\.)+\p{L})\.$/u.test(text);
