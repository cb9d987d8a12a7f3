import type { FieldError } from '../kernel/errors.ts';
import { languages, ownName } from '../kernel/language.ts';
import { allDays, type Rhythm, timesOf } from '../newsletters/timetable.ts';
import { onceAWeek } from './ease.ts';
import { pauseDates, pausedDate } from './pause.ts';
import type { Choice, Preferences, Topic } from './preferences.ts';
import { fieldOf, oftenOf, times } from './preferences-input.ts';
import { activeOf, languageFor, type Subscriber } from './subscriber.ts';

/** What was typed and could not be taken; undefined on a fresh page. */
export interface Refused {
  body: Record<string, unknown>;
  fields: FieldError[];
}

interface Asked {
  now: Date;
  /** `1` for all, or a newsletter's slug: once a week is chosen already, and waits to be saved. */
  less: string;
  refused?: Refused | undefined;
}

/** As often as the newsletter comes; of other ways those that differ from it, and the one that was chosen before. */
function oftensOf(days: number[], chosen: string) {
  const isWorkdays = days.length === 5 && days.every((day) => day < 6);
  const label = days.length === allDays.length ? 'preferences.daily' : isWorkdays && 'preferences.weekdays';
  const every = label ? { label } : { days };
  const isSome = days.some((day) => day < 6) && days.some((day) => day > 5);
  return [
    { value: 'daily', ...every },
    ...(isSome ? [{ value: 'weekdays', label: 'preferences.weekdays' }] : []),
    ...allDays.map((weekday) => ({ value: `weekly-${weekday}`, weekday })),
  ].filter((way) => !('weekday' in way) || days.includes(way.weekday) || way.value === chosen);
}

export function preferencesView({ reader, choices, topics }: Preferences, { now, less, refused }: Asked) {
  const errors = Object.fromEntries(
    (refused?.fields ?? []).map(({ field, message }) => [field.split('.')[0], message]),
  );
  const typed = (name: string): string[] | undefined =>
    refused && name in refused.body ? [refused.body[name]].flat().map(String) : undefined;
  const { first, last } = pauseDates(reader.timeZone, now);
  return {
    email: reader.email,
    errors: refused && errors,
    timeZone: typed('time_zone')?.[0] ?? reader.timeZone,
    clock: reader.timeZone,
    languages: languages.map((code) => ({ code, name: ownName(code) })),
    language: languageFor(reader, activeOf(reader)),
    ownLanguage: typed('language')?.[0] ?? reader.language,
    timeZones: Intl.supportedValuesOf('timeZone'),
    pause: { until: pausedDate(reader, now), first, last, typed: typed('pause_until')?.[0] },
    less: less !== '',
    newsletters: choices.map((choice) => ({
      ...newsletterView(choice, topics, reader, { less, now, typed }),
      // A page that was refused says again what was ticked, also when that was nothing.
      active: refused && !('act' in refused.body) ? (typed('newsletters') ?? []).includes(choice.slug) : choice.active,
      errors: {
        often: errors[fieldOf('often', choice.slug)],
        time: errors[fieldOf('time', choice.slug)],
        topic: errors[fieldOf('topic', choice.slug)] ?? errors[fieldOf('about', choice.slug)],
      },
    })),
  };
}

interface State {
  less: string;
  now: Date;
  typed(name: string): string[] | undefined;
}

function newsletterView(
  { slug, name, description, kind, sendAt, alsoAt, days, subscription, active }: Choice,
  topics: Topic[],
  reader: Subscriber,
  { less, now, typed }: State,
) {
  const eased = active && kind === 'digest' && (less === '1' || less === slug);
  const rhythm: Rhythm = eased ? onceAWeek(subscription, reader, now) : subscription;
  const nothing = typed(fieldOf('about', slug)) ? [] : undefined;
  const chosen = typed(fieldOf('topic', slug)) ?? nothing ?? subscription.topics.map((topic) => topic.slug);
  const often = typed(fieldOf('often', slug))?.[0] ?? oftenOf(rhythm);
  const known = new Map([...topics, ...subscription.topics].map((topic) => [topic.slug, topic]));
  return {
    ...{ slug, name, description, kind, usual: timesOf({ sendAt, alsoAt }), eased },
    next: active ? subscription.nextDueAt?.toISOString() : undefined,
    oftens: oftensOf(days, often),
    often,
    times,
    time: typed(fieldOf('time', slug))?.[0] ?? subscription.ownTime ?? '',
    about: typed(fieldOf('about', slug))?.[0] ?? (subscription.topics.length > 0 ? 'some' : 'all'),
    topics: [...known.values()]
      .toSorted((a, b) => a.name.localeCompare(b.name))
      .map((topic) => ({ ...topic, chosen: chosen.includes(topic.slug) })),
  };
}
