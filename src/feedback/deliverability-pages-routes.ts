import { Router } from 'express';
import { consolePage } from '../platform/http/console-page.ts';
import { checkDomains, type DomainNeeds, namesInUse } from './deliverability/check-domains.ts';
import { checkMessage, type MessageNeeds } from './deliverability/check-message.ts';
import type { Finding } from './deliverability/finding.ts';

type Needs = Parameters<typeof consolePage>[0] & DomainNeeds & MessageNeeds;

/** Whether others will take our mail: what they look at, looked at from here when somebody asks. */
export function deliverabilityPages(context: Needs): Router {
  const show = consolePage(context);
  const router = Router();

  router.get('/deliverability', async (req, res) => {
    const names = await namesInUse(context);
    const shown = {
      ...{ title: 'Deliverability', at: 'deliverability' },
      names: { ...names, relays: names.relays.map(({ hostname }) => hostname), dkim: dkimNames(context) },
    };
    if (req.query.check !== 'now') return show(res, 'deliverability', shown);
    const [domains, message] = await Promise.all([checkDomains(names, context), checkMessage(context)]);
    await show(res, 'deliverability', {
      ...shown,
      ...{ checked: true, domains, message },
      counts: countsOf([...domains, ...(message?.findings ?? [])]),
    });
  });

  return router;
}

const dkimNames = ({ config: { dkim } }: Needs): string[] =>
  dkim?.keys.map(({ selector }) => `${selector}._domainkey.${dkim.domain}`) ?? [];

const countsOf = (findings: Finding[]) =>
  Object.fromEntries(
    (['ok', 'wrong', 'unknown'] as const).map((s) => [s, findings.filter(({ state }) => state === s).length]),
  );
