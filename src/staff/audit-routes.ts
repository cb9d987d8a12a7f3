import { stringify } from 'csv-stringify';
import { type Request, Router } from 'express';
import { consolePage } from '../platform/http/console-page.ts';
import { requireRole } from '../platform/http/staff.ts';
import type { AuditRow, AuditStore } from './audit-store.ts';

type Needs = Parameters<typeof consolePage>[0] & { audit: AuditStore };

const SHOWN = 100;
const EXPORTED = 1000;

/** What everybody did, to be looked through and taken away. */
export function auditPages(context: Needs): Router {
  const { audit } = context;
  const show = consolePage(context);
  const router = Router();
  router.use('/audit', requireRole('admin'));

  router.get('/audit', async (req, res) => {
    const filter = filterOf(req);
    const acts = await audit.list({ ...filter, limit: SHOWN });
    const next = acts.length === SHOWN ? acts.at(-1)?.id : undefined;
    await show(res, 'audit', { title: 'Audit log', at: 'audit', acts: acts.map(actRow), ...filter, next });
  });

  router.get('/audit.csv', requireRole('admin'), async (req, res) => {
    res.type('csv').attachment('audit.csv');
    const out = stringify({
      header: true,
      columns: ['at', 'who', 'act', 'subject', 'before', 'after', 'network'],
      escape_formulas: true,
    });
    out.pipe(res);
    let { before, ...filter } = filterOf(req);
    for (;;) {
      const acts = await audit.list({ ...filter, before, limit: EXPORTED });
      for (const act of acts) out.write(csvRow(act));
      before = acts.at(-1)?.id ?? null;
      if (acts.length < EXPORTED) break;
    }
    out.end();
  });

  return router;
}

const filterOf = ({ query }: Request) => ({
  before: Number.isSafeInteger(Number(query.before)) && query.before ? Number(query.before) : null,
  act: word(query.act),
  who: word(query.who),
});

const word = (value: unknown): string | null => (typeof value === 'string' && value.trim() ? value.trim() : null);
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
