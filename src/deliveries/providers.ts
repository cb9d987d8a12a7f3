/** Whose mailboxes an address' domain is; a company's own domain may be anybody's. */
export const PROVIDERS: [domain: string, name: string][] = Object.entries({
  Gmail: ['gmail.com', 'googlemail.com'],
  Outlook: [
    'outlook.com',
    'hotmail.com',
    'live.com',
    'msn.com',
    'hotmail.co.uk',
    'live.co.uk',
    'hotmail.fr',
    'outlook.fr',
  ],
  Yahoo: ['yahoo.com', 'yahoo.co.uk', 'yahoo.fr', 'ymail.com', 'aol.com', 'rocketmail.com'],
  iCloud: ['icloud.com', 'me.com', 'mac.com'],
  GMX: ['gmx.net', 'gmx.de', 'gmx.com', 'web.de', 'gmx.at'],
  Proton: ['proton.me', 'protonmail.com', 'pm.me'],
}).flatMap(([name, domains]) => domains.map((domain): [string, string] => [domain, name]));

const byDomain = new Map(PROVIDERS);

export const providerOf = (email: string): string =>
  byDomain.get(email.slice(email.lastIndexOf('@') + 1).toLowerCase()) ?? 'others';
