import { simpleParser } from 'mailparser';
import type { Mailbox } from '../platform/mail/mailbox.ts';
import { print } from './command.ts';

interface Stage {
  url: string;
  key: string;
  mailbox: Mailbox;
}

const READER = 'ann.reader@example.org';
const PATIENCE_MS = 15_000;

/** The main job through public doors only: HTTP in, mail out. @throws when any step does not happen */
export async function playRound({ url, key, mailbox }: Stage): Promise<void> {
  const api = (method: string, path: string, body?: object) => call(`${url}/api/v1${path}`, key, method, body);
  const mail = (subject: string) => waitForMail(mailbox, subject);

  step('A reader signs up through the form');
  const signUp = await post(`${url}/forms/1/sign-ups`, { email: READER, time_zone: 'Europe/London' });
  note(`202 ${JSON.stringify(await signUp.json())}`);

  step('The confirmation arrives; opening it changes nothing, pressing its button does');
  const confirmation = await mail('Please confirm your subscription');
  const confirmUrl = linkIn(confirmation.text, '/confirm/');
  note(`“${confirmation.subject}” to ${confirmation.to}`);
  note(`${(await expectOk(await fetch(confirmUrl, { method: 'POST' }))).status} the subscription is active`);

  step('The newsroom’s CMS sends an article');
  const article = {
    url: 'https://post.example/harbour/pilots',
    headline: 'Harbour pilots agree a winter timetable',
    topics: ['local'],
  };
  const standfirst = 'Two sailings a day will stay on through January, and the last boat home leaves an hour later.';
  note(JSON.stringify(await api('POST', '/articles', { ...article, standfirst })));

  step('An editor sends the digest now');
  const digest = (await api('POST', '/editions', { newsletter: 'daily' })) as { id: number };
  const breakfast = await mail(article.headline);
  note(`“${breakfast.subject}”`);
  quote(breakfast.text);
  await reconciles(api, digest.id);

  step('News breaks: an alert with a countdown that can be undone');
  const alert = { newsletter: 'breaking', headline: 'Storm closes the harbour bridge', undo_seconds: 1 };
  const text = 'The bridge is shut in both directions until further notice. Buses turn at the fish market.';
  const breaking = (await api('POST', '/alerts', { ...alert, text })) as { id: number };
  const released = performance.now();
  const urgent = await mail(alert.headline);
  note(
    `“${urgent.subject}” arrived ${((performance.now() - released) / 1000).toFixed(1)} s after the order, countdown included`,
  );
  await reconciles(api, breaking.id);

  step('The reader leaves with one click (RFC 8058)');
  const leave = /<(https?:[^>]+)>/.exec(urgent.listUnsubscribe)?.[1] ?? '';
  const left = await expectOk(await post(leave, 'List-Unsubscribe=One-Click'));
  note(`${left.status} ${(await left.text()).trim()}`);

  step('The next alert finds nobody to send to');
  const second = (await api('POST', '/alerts', { ...alert, headline: 'Bridge open again', text, undo_seconds: 0 })) as {
    id: number;
  };
  await reconciles(api, second.id);
}

async function reconciles(api: (method: string, path: string) => Promise<unknown>, id: number): Promise<void> {
  const edition = (await until(async () => {
    const seen = (await api('GET', `/editions/${id}`)) as { status: string; counts: Record<string, number> };
    return seen.status === 'sent' ? seen : undefined;
  }, 'the edition is sent')) as { counts: Record<string, number> };
  const {
    audience = 0,
    pending = 0,
    accepted = 0,
    deferred = 0,
    failed = 0,
    skipped = 0,
    uncertain = 0,
  } = edition.counts;
  const parts = { pending, accepted, deferred, failed, skipped, uncertain };
  const sum = Object.values(parts).reduce((a, b) => a + b, 0);
  if (sum !== audience) throw new Error(`edition ${id} does not reconcile: ${audience} is not ${sum}`);
  note(
    `ledger: audience ${audience} = ${Object.entries(parts)
      .map(([name, n]) => `${n} ${name}`)
      .join(' + ')}`,
  );
}

async function waitForMail(mailbox: Mailbox, subject: string) {
  const found = await until(
    async () => (await mailbox.latest(20)).find((m) => m.subject === subject),
    `a mail “${subject}”`,
  );
  const parsed = await simpleParser(await mailbox.source(found.id));
  const raw = parsed.headerLines.find(({ key }) => key === 'list-unsubscribe')?.line ?? '';
  return { subject: parsed.subject ?? '', to: found.to, text: parsed.text ?? '', listUnsubscribe: raw };
}

async function until<T>(look: () => Promise<T | undefined>, what: string): Promise<T> {
  const end = performance.now() + PATIENCE_MS;
  while (performance.now() < end) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`waited ${PATIENCE_MS / 1000} s in vain until ${what}`);
}

async function call(url: string, key: string, method: string, body?: object): Promise<unknown> {
  const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' };
  return (await expectOk(await fetch(url, { method, headers, ...(body && { body: JSON.stringify(body) }) }))).json();
}

async function post(url: string, body: object | string): Promise<Response> {
  const json = typeof body !== 'string';
  const headers = {
    'Content-Type': json ? 'application/json' : 'application/x-www-form-urlencoded',
    Accept: 'application/json',
  };
  return expectOk(await fetch(url, { method: 'POST', headers, body: json ? JSON.stringify(body) : body }));
}

async function expectOk(response: Response): Promise<Response> {
  if (response.ok) return response;
  throw new Error(`${response.url} answered ${response.status}: ${await response.text()}`);
}

function linkIn(text: string, path: string): string {
  const url = text.match(/https?:\/\/\S+/g)?.find((link) => link.includes(path));
  if (!url) throw new Error(`the mail has no link to ${path}`);
  return url;
}

let steps = 0;
const step = (title: string): void => {
  steps += 1;
  print(`\n${steps}. ${title}`);
};
const note = (text: string): void => print(`   ${text}`);
const quote = (text: string): void => {
  for (const line of text.split('\n').slice(0, 18)) print(`   | ${line}`);
};
