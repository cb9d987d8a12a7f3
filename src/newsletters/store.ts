import { sql } from 'kysely';
import type { Db } from '../platform/db/pool.ts';
import { createBrandStore } from './brand-store.ts';
import { createFormStore } from './form-store.ts';
import type { NewNewsletter, Newsletter, NewsletterChange } from './newsletter.ts';
import { allDays } from './timetable.ts';

const columns = sql`n.id, n.slug, n.name, n.description, n.kind, to_char(n.send_at, 'HH24:MI') as "sendAt", n.also_at as "alsoAt", n.days,
  n.lateness_minutes as "latenessMinutes", n.when_uncertain as "whenUncertain", n.from_name as "fromName",
  n.from_address as "fromAddress", n.reply_to as "replyTo", n.needs_approval as "needsApproval",
  to_char(n.quiet_from, 'HH24:MI') as "quietFrom", to_char(n.quiet_until, 'HH24:MI') as "quietUntil",
  n.quiet_rule as "quietRule", n.alerts_per_day as "alertsPerDay", n.canary, n.reminder, n.welcome, n.language, n.noindex,
  n.active, n.min_articles as "minArticles", n.section_limit as "sectionLimit", n.subject_template as "subjectTemplate",
  n.preheader_template as "preheaderTemplate"`;

export type NewsletterStore = ReturnType<typeof createNewsletterStore>;

export function createNewsletterStore(db: Db) {
  const one = async <T>(query: ReturnType<typeof sql<T>>) => (await query.execute(db)).rows[0];

  return {
    all: async (after = 0, limit = 500) =>
      (
        await sql<Newsletter>`select ${columns} from newsletters n where n.id > ${after} order by n.id limit ${limit}`.execute(
          db,
        )
      ).rows,

    bySlug: (slug: string) => one(sql<Newsletter>`select ${columns} from newsletters n where n.slug = ${slug}`),

    byId: (id: number) => one(sql<Newsletter>`select ${columns} from newsletters n where n.id = ${id}`),

    /** Undefined when the slug is taken. */
    create: (n: NewNewsletter) =>
      one(sql<Newsletter>`
        insert into newsletters as n (slug, name, kind, description, send_at, also_at, days, lateness_minutes, when_uncertain,
          from_name, from_address, reply_to, needs_approval, quiet_from, quiet_until, quiet_rule, alerts_per_day, canary,
          reminder, welcome, language, noindex, active, min_articles, section_limit, subject_template, preheader_template)
        values (${n.slug}, ${n.name}, ${n.kind}, ${n.description ?? ''}, ${n.send_at ?? '07:00'}, ${n.also_at ?? []}::text[],
          ${n.days ?? allDays}::smallint[], ${n.lateness_minutes ?? 360},
          ${n.when_uncertain ?? (n.kind === 'breaking' ? 'resend' : 'hold')}, ${n.from_name ?? null},
          ${n.from_address ?? null}, ${n.reply_to ?? null}, ${n.needs_approval ?? false},
          ${n.quiet_from ?? null}, ${n.quiet_until ?? null}, ${n.quiet_rule ?? 'after'}, ${n.alerts_per_day ?? null},
          ${n.canary ?? true}, ${n.reminder ?? false}, ${n.welcome ?? false}, ${n.language ?? null}, ${n.noindex ?? false},
          ${n.active ?? true}, ${n.min_articles ?? 1}, ${n.section_limit ?? null}, ${n.subject_template ?? null}, ${n.preheader_template ?? null})
        on conflict (slug) do nothing returning ${columns}`),

    /** Fields not named stay as they are. */
    change: (slug: string, change: NewsletterChange) =>
      one(sql<Newsletter>`
        update newsletters n set
          name = coalesce(c.name, n.name), description = coalesce(c.description, n.description),
          send_at = coalesce(c.send_at, n.send_at), also_at = coalesce(c.also_at, n.also_at), days = coalesce(c.days, n.days),
          lateness_minutes = coalesce(c.lateness_minutes, n.lateness_minutes),
          when_uncertain = coalesce(c.when_uncertain, n.when_uncertain), active = coalesce(c.active, n.active),
          noindex = coalesce(c.noindex, n.noindex),
          needs_approval = coalesce(c.needs_approval, n.needs_approval),
          quiet_rule = coalesce(c.quiet_rule, n.quiet_rule), canary = coalesce(c.canary, n.canary),
          reminder = coalesce(c.reminder, n.reminder), welcome = coalesce(c.welcome, n.welcome),
          min_articles = coalesce(c.min_articles, n.min_articles),
          section_limit = case when c.given ? 'section_limit' then c.section_limit else n.section_limit end,
          subject_template = case when c.given ? 'subject_template' then c.subject_template else n.subject_template end,
          preheader_template = case when c.given ? 'preheader_template' then c.preheader_template else n.preheader_template end,
          quiet_from = case when c.given ? 'quiet_from' then c.quiet_from else n.quiet_from end,
          quiet_until = case when c.given ? 'quiet_until' then c.quiet_until else n.quiet_until end,
          alerts_per_day = case when c.given ? 'alerts_per_day' then c.alerts_per_day else n.alerts_per_day end,
          language = case when c.given ? 'language' then c.language else n.language end,
          from_name = case when c.given ? 'from_name' then c.from_name else n.from_name end,
          from_address = case when c.given ? 'from_address' then c.from_address else n.from_address end,
          reply_to = case when c.given ? 'reply_to' then c.reply_to else n.reply_to end
        from (select ${JSON.stringify(change)}::jsonb as given, r.*
              from jsonb_to_record(${JSON.stringify(change)}::jsonb) as r (name text, description text, send_at time, also_at text[], days smallint[],
                lateness_minutes integer, when_uncertain text, active boolean, needs_approval boolean,
                quiet_from time, quiet_until time, quiet_rule text, alerts_per_day integer, canary boolean, reminder boolean, welcome boolean, language text, noindex boolean, from_name text, from_address text,
                reply_to text, min_articles smallint, section_limit smallint, subject_template text,
                preheader_template text)) c
        where n.slug = ${slug} returning ${columns}`),

    ...createBrandStore(db),
    ...createFormStore(db),
  };
}
