import type { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import type { Clock } from '../kernel/clock.ts';
import { addressKey, parseEmailAddress } from '../kernel/email-address.ts';
import { DomainError, messageOf, NotFound } from '../kernel/errors.ts';
import { isLanguage, type Language } from '../kernel/language.ts';
import { isTimeZone } from '../kernel/time-zone.ts';
import type { Tokens } from '../kernel/tokens.ts';
import type { Newsletter } from '../newsletters/newsletter.ts';
import { nextSlot } from '../newsletters/next-slot.ts';
import { everyDay, whenFor } from '../newsletters/timetable.ts';
import type { Brand } from '../platform/view/brand.ts';
import type { ImportRow, ImportStore } from './import-store.ts';

interface Needs {
  newsletters: { bySlug(slug: string): Promise<Newsletter | undefined>; brand(): Promise<Brand> };
  imports: ImportStore;
  tokens: Tokens;
  clock: Clock;
}

export interface ImportReport {
  rows: number;
  imported: number;
  /** Already active, left before, suppressed, twice in the file, or in an export's row of another newsletter or state. */
  unchanged: number;
  rejected: number;
  /** The first hundred of the rejected. */
  errors: { line: number; message: string }[];
}

class NotACsv extends DomainError {
  constructor(why: string) {
    super('not-a-csv', 'invalid', `The file cannot be read as CSV with a header row that has a column "email": ${why}`);
  }
}

const BATCH = 1000;
const ERRORS_SHOWN = 100;

/**
 * Reads a CSV with a header row (`email`, optionally `time_zone` and `language`) and makes active subscriptions, a
 * batch at a time.
 * @param consent where the consent came from; kept as the wording of every reader's consent event
 * @throws NotFound for an unknown newsletter; NotACsv when there is no readable header
 */
export async function importSubscribers(
  file: Readable,
  { newsletter: slug, consent }: { newsletter: string; consent: string },
  { newsletters, imports, tokens, clock }: Needs,
): Promise<ImportReport> {
  const newsletter = await newsletters.bySlug(slug);
  if (!newsletter) throw new NotFound(`newsletter "${slug}"`);
  const now = clock.now();
  const { timeZone: newsroomZone } = await newsletters.brand();
  const slots = new Map<string, Date | null>();
  const report: ImportReport = { rows: 0, imported: 0, unchanged: 0, rejected: 0, errors: [] };
  let batch = new Map<string, ImportRow>();

  const flush = async () => {
    if (batch.size > 0) report.imported += await imports.importBatch(newsletter.id, [...batch.values()], consent, now);
    batch = new Map();
  };

  for await (const { record, line } of records(file)) {
    report.rows += 1;
    if (isOfAnother(record, slug)) continue;
    const timeZone = record.time_zone || newsroomZone;
    const email = parseEmailAddress(unquoted(record.email ?? ''));
    const wrong = !email ? 'not an email address' : isTimeZone(timeZone) ? null : `"${timeZone}" is not a time zone`;
    if (!email || wrong) {
      report.rejected += 1;
      if (report.errors.length < ERRORS_SHOWN) report.errors.push({ line, message: wrong ?? '' });
      continue;
    }
    const emailKey = addressKey(email);
    if (batch.has(emailKey)) continue;
    const due =
      slots.get(timeZone) ??
      (newsletter.kind === 'digest' ? nextSlot(whenFor(newsletter, everyDay), timeZone, now).at : null);
    slots.set(timeZone, due);
    const emailHash = tokens.mac('suppression', emailKey);
    const language = languageIn(record.language ?? '');
    batch.set(emailKey, { email, emailKey, emailHash, timeZone, language, nextDueAt: due });
    if (batch.size === BATCH) await flush();
  }
  await flush();
  report.unchanged = report.rows - report.imported - report.rejected;
  return report;
}

/** Other tools write `fr-CA`, and languages we do not speak: such readers come all the same, and have chosen none. */
function languageIn(cell: string): Language | null {
  const [language = ''] = cell.toLowerCase().split(/[-_]/);
  return isLanguage(language) ? language : null;
}

/** A row of our own export that says the reader is in another newsletter, or in this one no more. */
const isOfAnother = ({ newsletter, state }: Record<string, string>, slug: string): boolean =>
  Boolean((newsletter && newsletter !== slug) || (state && state !== 'active'));

/** Exports put a quote before what a spreadsheet would take for a formula. */
const unquoted = (cell: string): string => cell.replace(/^'(?=[=+\-@])/, '');

async function* records(file: Readable): AsyncGenerator<{ record: Record<string, string>; line: number }> {
  const parser = parse({
    bom: true,
    info: true,
    skip_empty_lines: true,
    relax_column_count: true,
    trim: true,
    max_record_size: 100_000,
    columns: (header: string[]) => {
      const names = header.map((name) => name.toLowerCase());
      if (!names.includes('email')) throw new Error('there is no column "email"');
      return names;
    },
  });
  // A pipe passes no errors on: an upload that breaks off would be waited for for ever.
  file.on('error', (error) => parser.destroy(error));
  file.pipe(parser);
  try {
    for await (const { record, info } of parser) yield { record, line: info.lines };
  } catch (error) {
    throw new NotACsv(messageOf(error));
  } finally {
    // What nobody parses any more is still to be read, or the connection it comes over can carry no answer after it.
    file.unpipe(parser).resume();
  }
}
