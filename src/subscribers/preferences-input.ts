import { z } from 'zod';
import { type FieldError, Invalid } from '../kernel/errors.ts';
import { languages } from '../kernel/language.ts';
import { isTimeZone } from '../kernel/time-zone.ts';
import { weekdays } from '../newsletters/rhythm.ts';
import type { Rhythm } from '../newsletters/timetable.ts';

/** How often, as the page offers it: `daily`, `weekdays`, or `weekly-1` to `weekly-7`. */
export const oftens = ['daily', 'weekdays', ...weekdays.map((_, day) => `weekly-${day + 1}`)];

/** Every half hour of a day with readers in it. */
export const times = Array.from({ length: 34 }, (_, n) => {
  const [hour, minute] = [5 + Math.floor(n / 2), n % 2 === 0 ? '00' : '30'];
  return `${String(hour).padStart(2, '0')}:${minute}`;
});

export const oftenOf = ({ frequency, weekday }: Rhythm): string =>
  frequency === 'weekly' ? `weekly-${weekday}` : frequency;

export function daysOf(often: string): Pick<Rhythm, 'frequency' | 'weekday'> {
  const [frequency, weekday] = often.split('-');
  return { frequency: frequency as Rhythm['frequency'], weekday: weekday ? Number(weekday) : null };
}

const several = z
  .union([z.string().transform((one) => [one]), z.array(z.string()).max(200)], 'preferences.choose-list')
  .transform((given) => [...new Set(given.filter(Boolean))])
  .default([]);

const whole = z.object({
  newsletters: several,
  time_zone: z.string().refine(isTimeZone, 'preferences.choose-zone').optional(),
  language: z.enum(['', ...languages], 'preferences.choose-language').optional(),
});

/** What is left out stays as it is. */
const ofNewsletter = z.object({
  often: z.enum(oftens, 'preferences.choose-often').optional(),
  time: z.enum(['', ...times], 'preferences.choose-time').optional(),
  about: z.enum(['all', 'some'], 'preferences.choose-about').optional(),
  topic: several,
});

export type NewsletterWish = z.output<typeof ofNewsletter>;

/** The names of a newsletter's fields: a slug holds only letters, digits and hyphens. */
export const fieldOf = (field: keyof NewsletterWish, slug: string): string => `${field}-${slug}`;

/** The page's form, for these newsletters. @throws Invalid with every field at fault */
export function parsePreferences(body: unknown, slugs: string[]) {
  const given = (body ?? {}) as Record<string, unknown>;
  const errors: FieldError[] = [];
  const read = <S extends z.ZodType>(schema: S, from: unknown, name: (field: string) => string): z.output<S> => {
    const { success, data, error } = schema.safeParse(from);
    if (success) return data;
    for (const { path, message } of error.issues) errors.push({ field: name(String(path[0] ?? 'body')), message });
    return {} as z.output<S>;
  };
  const { newsletters, time_zone: timeZone, language } = read(whole, given, (field) => field);
  if (newsletters?.some((slug) => !slugs.includes(slug)))
    errors.push({ field: 'newsletters', message: 'preferences.gone-newsletter' });
  const wishes = new Map(slugs.map((slug) => [slug, wishFor(slug)]));
  if (errors.length > 0) throw new Invalid(errors);
  return { ticked: new Set(newsletters), timeZone, language, wishes };

  function wishFor(slug: string): NewsletterWish {
    const at = (field: keyof NewsletterWish) => fieldOf(field, slug);
    const fields = {
      often: given[at('often')],
      time: given[at('time')],
      about: given[at('about')],
      topic: given[at('topic')],
    };
    const wish = read(ofNewsletter, fields, (field) => at(field as keyof NewsletterWish));
    if (wish.about === 'some' && wish.topic.length === 0 && newsletters?.includes(slug))
      errors.push({ field: at('topic'), message: 'preferences.choose-topic' });
    return wish;
  }
}
