import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import axe, { type AxeResults } from 'axe-core';
import { type Browser, chromium as engine, type Page } from 'playwright-core';
import { cleanUp } from './clean-up.ts';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A real Chromium, closed when the test ends. */
export async function chromium(t: TestContext): Promise<Browser> {
  const executablePath = process.env.CHROMIUM;
  if (!executablePath) throw new Error('CHROMIUM is unset: run tests as `npm test -- <file>`.');
  const browser = await engine.launch({ executablePath, args: FLAGS });
  cleanUp(t, () => browser.close());
  return browser;
}

/** Somebody else's web server: it gives this page to whoever asks, and knows nothing of us. @returns its origin */
export async function foreignSite(t: TestContext, html: string, csp?: string): Promise<string> {
  const server = createServer((request, response) => {
    response.statusCode = request.url === '/' ? 200 : 404;
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    if (csp) response.setHeader('Content-Security-Policy', csp);
    response.end(request.url === '/' ? html : '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUp(t, () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export interface Observed {
  /** Console errors, uncaught exceptions and what a Content-Security-Policy blocked. */
  complaints: string[];
  /** Every origin that was asked for anything. */
  origins: Set<string>;
  /** Addresses whose answers set a cookie. */
  cookies: string[];
}

/** Watches everything the pages of this tab do from now on. */
export async function observe(page: Page): Promise<Observed> {
  const seen: Observed = { complaints: [], origins: new Set(), cookies: [] };
  // Chromium reports most blocked things as console errors, but a policy in report-only mode or an `eval` it does not.
  await page.addInitScript(
    `addEventListener('securitypolicyviolation', (e) => console.error('blocked: ' + e.violatedDirective + ' ' + e.blockedURI))`,
  );
  page.on('console', (message) => {
    if (message.type() === 'error') seen.complaints.push(`${message.text()} at ${message.location().url}`);
  });
  page.on('pageerror', (error) => seen.complaints.push(String(error)));
  page.on('request', (request) => seen.origins.add(new URL(request.url()).origin));
  page.on('response', async (response) => {
    if (await response.headerValue('set-cookie').catch(() => null)) seen.cookies.push(response.url());
  });
  return seen;
}

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** What axe-core finds against WCAG 2.2 AA in the page as it now stands, one line each. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const run = `axe.run(document, { runOnly: ${JSON.stringify(WCAG)}, resultTypes: ['violations'] })`;
  const { violations, passes } = (await page.evaluate(run)) as AxeResults;
  if (!passes.some(({ id }) => id === 'color-contrast')) throw new Error('axe saw no text on the page');
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary?.replace(/\s+/g, ' ')}`),
  );
}
