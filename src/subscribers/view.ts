import type { Tokens } from '../kernel/tokens.ts';
import type { Form } from '../newsletters/form.ts';
import type { Subscriber } from './subscriber.ts';
import type { Leaving } from './unsubscribe.ts';

interface Links {
  tokens: Tokens;
  baseUrl: string;
}

export const preferencesUrl = (readerId: number, { tokens, baseUrl }: Links): string =>
  `${baseUrl}/preferences/${tokens.seal('preferences', [readerId])}`;

/** `picked` is undefined on a fresh form: everything is ticked. */
export const formView = (form: Form, picked?: string[]) => ({
  id: form.id,
  title: form.title,
  button: form.button,
  consentText: form.consentText,
  newsletters: form.newsletters.map(({ slug, name, description }) => ({
    slug,
    name,
    description,
    checked: picked ? picked.includes(slug) : true,
  })),
});

export const confirmView = (reader: Subscriber, action: string) => ({
  title: 'Confirm your subscription',
  action,
  newsletters: reader.subscriptions.filter(({ state }) => state === 'pending'),
});

export const confirmedView = (reader: Subscriber, links: Links) => ({
  title: 'You are subscribed',
  timeZone: reader.timeZone,
  preferencesUrl: preferencesUrl(reader.id, links),
  newsletters: reader.subscriptions
    .filter(({ state }) => state === 'active')
    .map(({ name, nextDueAt }) => ({ name, next: nextDueAt?.toISOString() })),
});

export const unsubscribeView = ({ reader, subscription }: Leaving, action: string, links: Links) => ({
  title: subscription ? `Leave ${subscription.name}?` : 'Leave all newsletters?',
  action,
  email: reader.email,
  everything: !subscription,
  newsletter: { name: subscription?.name ?? 'all newsletters' },
  preferencesUrl: preferencesUrl(reader.id, links),
});

export const unsubscribedView = (
  { subscription }: Leaving,
  action: string,
  { scope, undone }: { scope: 'this' | 'all'; undone: boolean },
) => ({
  title: undone ? 'Welcome back' : 'You are unsubscribed',
  action,
  newsletter: { name: subscription?.name ?? 'all newsletters' },
  everything: scope === 'all' || !subscription,
  undone,
});
