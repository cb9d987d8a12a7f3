import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify';
import { type Request, Router } from 'express';
import { dayIn } from '../kernel/calendar-day.ts';
import { consolePage } from '../platform/http/console-page.ts';
import { typed } from '../platform/http/input.ts';
import { requireRole } from '../platform/http/staff.ts';
import type { AuditFilter, AuditRow, AuditStore } from './audit-store.ts';

type Needs = Parameters<typeof consolePage>[0] & { audit: AuditStore };

const SHOWN = 100;
const EXPORTED = 1000;
const COLUMNS = ['at', 'who', 'act', 'subject', 'before', 'after', 'network'];

/** What everybody did, to be looked through and taken away. */
export function auditPages(context: Needs): Router {
  const { audit, newsletters } = context;
  const show = consolePage(context);
  const router = Router();
  router.use('/audit', requireRole('admin'));

  router.get('/audit', async (req, res) => {
    const { asked, filter } = await filterOf(req);
    const acts = await audit.list({ ...filter, limit: SHOWN });
    const next = acts.length === SHOWN ? acts.at(-1)?.id : undefined;
    const query = new URLSearchParams(Object.entries(asked).filter(([, value]) => value)).toString();
    await show(res, 'audit', { title: 'Audit log', at: 'audit', acts: acts.map(actRow), ...asked, query, next });
  });

  router.get('/audit.csv', requireRole('admin'), async (req, res) => {
    const { filter } = await filterOf(req);
    const rows = stringify({ header: true, columns: COLUMNS, escape_formulas: true });
    res.type('csv').attachment('audit.csv');
    // No faster than it is taken away: the log may be larger than this process.
    await pipeline(Readable.from(exported(filter)), rows, res).catch((error) => {
      if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
    });
  });

  async function* exported({ before, ...filter }: Filter) {
    for (;;) {
      const acts = await audit.list({ ...filter, before, limit: EXPORTED });
      yield* acts.map(csvRow);
      before = acts.at(-1)?.id ?? null;
      if (acts.length < EXPORTED) return;
    }
  }

  /** Days are the newsroom's. */
  async function filterOf({ query }: Request): Promise<{ asked: Record<string, string>; filter: Filter }> {
    const { timeZone } = await newsletters.brand();
    const words = { who: word(query.who), act: word(query.act), subject: word(query.subject) };
    const [from, to] = [dayIn(word(query.from), timeZone), dayIn(word(query.to), timeZone)];
    const before = Number(query.before);
    return {
      asked: { ...words, from: from ? word(query.from) : '', to: to ? word(query.to) : '' },
      filter: {
        ...{ who: words.who || null, act: words.act || null, subject: words.subject || null },
        ...{ from: from?.begins ?? null, until: to?.ends ?? null },
        before: Number.isSafeInteger(before) && before > 0 ? before : null,
      },
    };
  }

  return router;
}

type Filter = Omit<AuditFilter, 'limit'>;

const word = (value: unknown): string => typed(value).trim();
const written = (value: object | null): string => (value ? JSON.stringify(value) : '');

const actRow = ({ at, before, after, ...row }: AuditRow) => ({
  ...row,
  at: at.toISOString(),
  before: written(before),
  after: written(after),
});

const csvRow = ({ at, who, act, subject, before, after, ipTruncated }: AuditRow) => [
  ...[at.toISOString(), who, act, subject, written(before), written(after), ipTruncated],
];
