import { disposableEmailBlocklistSet } from 'disposable-email-domains-js';

// 150 kB of names, read when the first reader signs up. Its own question would build the set anew each time.
let known: Set<string> | undefined;

/** Whether the domain, or one it stands below, hands out addresses that are thrown away. */
export function isDisposable(domain: string): boolean {
  known ??= disposableEmailBlocklistSet();
  const labels = domain.split('.');
  for (let from = 0; from < labels.length - 1; from += 1) {
    if (known.has(labels.slice(from).join('.'))) return true;
  }
  return false;
}
