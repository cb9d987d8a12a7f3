import type { Clock } from '../kernel/clock.ts';
import type { Tokens } from '../kernel/tokens.ts';
import type { Form } from '../newsletters/form.ts';
import { preferencesToken } from './preferences-token.ts';
import { languageFor, type Subscriber } from './subscriber.ts';

export interface Links {
  tokens: Tokens;
  baseUrl: string;
  clock: Clock;
}

export const preferencesUrl = (readerId: number, { tokens, baseUrl, clock }: Links): string =>
  `${baseUrl}/preferences/${preferencesToken(readerId, tokens, clock.now())}`;

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

export function confirmView(reader: Subscriber, action: string) {
  const newsletters = reader.subscriptions.filter(({ state }) => state === 'pending');
  return { language: languageFor(reader, newsletters), action, newsletters };
}

export function confirmedView(reader: Subscriber, links: Links) {
  const active = reader.subscriptions.filter(({ state }) => state === 'active');
  return {
    language: languageFor(reader, active),
    timeZone: reader.timeZone,
    preferencesUrl: preferencesUrl(reader.id, links),
    newsletters: active.map(({ name, nextDueAt }) => ({ name, next: nextDueAt?.toISOString() })),
  };
}
