import type { Tokens } from '../kernel/tokens.ts';
import type { Form } from '../newsletters/form.ts';
import type { Preferences } from './save-preferences.ts';
import type { Subscriber } from './subscriber.ts';
import type { Leaving } from './unsubscribe.ts';

interface Links {
  tokens: Tokens;
  baseUrl: string;
}

export const preferencesUrl = (readerId: number, { tokens, baseUrl }: Links): string =>
  `${baseUrl}/preferences/${tokens.seal('preferences', [readerId])}`;

/** `picked` is undefined on a fresh form: everything is ticked. */
export const formView = (form: Form, picked?: string[], topics: string[] = []) => ({
  ...{ id: form.id, title: form.title, button: form.button, nameField: form.nameField },
  ...{ consentText: form.consentText, consentLinkText: form.consentLinkText, consentLinkUrl: form.consentLinkUrl },
  topics: form.topics.map((topic) => ({ ...topic, checked: topics.includes(topic.slug) })),
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

export const preferencesView = ({ reader, choices }: Preferences, action: string, saved: boolean) => ({
  title: 'Your newsletters',
  action: action.split('?')[0],
  email: reader.email,
  timeZone: reader.timeZone,
  timeZones: Intl.supportedValuesOf('timeZone'),
  saved,
  newsletters: choices.map(({ slug, name, description, subscription }) => ({
    slug,
    name,
    description,
    active: subscription?.state === 'active',
    next: subscription?.nextDueAt?.toISOString(),
  })),
});
