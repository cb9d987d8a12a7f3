import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { stringify } from 'csv-stringify/sync';
import { boot } from '../boot.ts';
import { importSubscribers } from '../subscribers/import-subscribers.ts';
import { type Command, operator, print, UsageError } from './command.ts';

export const subscribersImport: Command = {
  name: 'subscribers import',
  usage: 'FILE.csv --newsletter SLUG --consent "where consent came from"',
  summary: 'Makes active subscriptions from a CSV with a header row (email, optionally time_zone and language).',
  details: '  Readers who left before or are suppressed stay away. Importing a file twice changes nothing.',
  options: { newsletter: { type: 'string' }, consent: { type: 'string' } },
  run: async ({ config, log, options: { newsletter, consent }, positionals: [file] }) => {
    if (!file || !newsletter || !consent) throw new UsageError('A file, --newsletter and --consent are needed.');
    await access(file).catch(() => {
      throw new UsageError(`There is no file ${file}.`);
    });
    const { context, close } = await boot({ config, log, migrations: 'own', mail: false });
    try {
      const report = await importSubscribers(createReadStream(file), { newsletter, consent }, context);
      for (const { line, message } of report.errors) process.stderr.write(`line ${line}: ${message}\n`);
      const { rows, imported, unchanged, rejected } = report;
      const after = { consent, rows, imported, unchanged, rejected };
      const act = { ...operator, act: 'reader.import', subject: `newsletter ${newsletter}`, after };
      if (imported > 0) await context.audit.note(act);
      print(`${rows} rows: ${imported} imported, ${unchanged} unchanged, ${rejected} rejected`);
      return rejected > 0 && imported === 0 && unchanged === 0 ? 1 : 0;
    } finally {
      await close();
    }
  },
};

const PAGE = 5000;

export const subscribersExport: Command = {
  name: 'subscribers export',
  summary: 'Writes every subscription as CSV to stdout.',
  run: async ({ config, log }) => {
    const { context, close } = await boot({ config, log, migrations: 'own', mail: false });
    try {
      print('email,time_zone,newsletter,state,active_since,language');
      for (let after = 0; ; ) {
        const page = await context.imports.exportPage(after, PAGE);
        const rows = page.map((r) => [
          ...[r.email, r.timeZone, r.newsletter, r.state, r.activatedAt?.toISOString() ?? '', r.language ?? ''],
        ]);
        // Spreadsheets run cells that begin like a formula.
        process.stdout.write(stringify(rows, { escape_formulas: true }));
        const last = page.at(-1);
        if (!last || page.length < PAGE) return 0;
        after = last.id;
      }
    } finally {
      await close();
    }
  },
};
