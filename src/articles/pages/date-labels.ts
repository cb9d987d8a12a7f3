const letters = (words: string, end = '') => new RegExp(`(?<!\\p{L})(?:${words})(?!\\p{L})${end}`, 'iu');
const CHANGED =
  'updated?|modified|last (?:edited|changed|reviewed)|edited|revised|amended|aktualisiert|geändert|stand|zuletzt|mis(?:e)? à jour|modifié|actualizad[oa]|modificad[oa]|aggiornat[oa]|modificat[oa]|aggiornamento|bijgewerkt|gewijzigd|laatste update|zaktualizowan[oay]|aktualizacja|оновлен[оа]|змінено|обновлен[оа]|изменено|uppdatera[dt]|oppdatert|opdateret|atualizad[oa]|güncelle(?:me|ndi)|آخر تحديث|تحديث|更新';
const FIRST =
  'published|posted|publication date|first published|date|released|issued|created|filed|added|veröffentlicht|erschienen|erstellt|publié|paru|posté|publicado|publicada|pubblicato|gepubliceerd|geplaatst|opublikowan[oay]|dodano|опубліковано|дата|опубликовано|publicerad|publisert|udgivet|yayın(?:lanma|landı| tarihi)?|نُ?شرت?|تاريخ النشر|公開';
const SMALL = 'on|vom|le|am|il|el|den|at|the|um|في';

/** What stands before a date that says when the article was changed. */
export const UPDATED = letters(CHANGED);
/** Likewise, when it was published. */
export const PUBLISHED = letters(FIRST);
export const WEAK = new RegExp(`^(?:${SMALL})$`, 'iu');
const LABEL = letters(`${CHANGED}|${FIRST}|${SMALL}`, '\\s*:?\\s*$');

/** What stands before the label of a date: `Jane Doe, published on`. */
export function withoutLabel(text: string): string {
  const before = text.trim().replace(LABEL, '').trim();
  return before.length < text.trim().length ? withoutLabel(before) : before;
}
