import { sql } from 'kysely';
import type { Db } from '../platform/db/pool.ts';
import type { Form, FormChange, FormVersion, NewForm } from './form.ts';

const columns = sql`f.id, f.title, f.button, f.consent_text as "consentText", f.consent_link_text as "consentLinkText",
  f.consent_link_url as "consentLinkUrl", f.name_field as "nameField", f.success_title as "successTitle",
  f.success_text as "successText", f.proof_of_work as "proofOfWork", f.version, f.allowed_origins as "allowedOrigins", (
    select coalesce(json_agg(json_build_object('id', n.id, 'slug', n.slug, 'name', n.name, 'description', n.description,
      'language', n.language) order by fn.position), '[]')
    from form_newsletters fn join newsletters n on n.id = fn.newsletter_id
    where fn.form_id = f.id and n.active) as newsletters, array(
    select n.slug from form_newsletters fn join newsletters n on n.id = fn.newsletter_id
    where fn.form_id = f.id order by fn.position) as named, (
    select coalesce(json_agg(json_build_object('slug', t.slug, 'name', t.name) order by ft.position), '[]')
    from form_topics ft join topics t on t.id = ft.topic_id where ft.form_id = f.id) as topics`;

/** A form as the API says it: what is not in it is null. */
const said = (form: FormChange) => sql`
  select ${JSON.stringify(form)}::jsonb as given, r.* from jsonb_to_record(${JSON.stringify(form)}::jsonb) as r (
    title text, button text, consent_text text, consent_link_text text, consent_link_url text, name_field text,
    success_title text, success_text text, proof_of_work text, allowed_origins text[], newsletters text[], topics text[])`;

const wording = sql`title, button, consent_text, consent_link_text, consent_link_url`;
const rest = sql`name_field, success_title, success_text, proof_of_work, allowed_origins`;

/** In the order given; `form` is the row it belongs to. */
const offers = (form: ReturnType<typeof sql>) => sql`
  offered as (
    insert into form_newsletters (form_id, newsletter_id, position)
    select f.id, n.id, o.position from ${form} f, said, unnest(said.newsletters) with ordinality o (slug, position)
    join newsletters n on n.slug = o.slug
    on conflict (form_id, newsletter_id) do update set position = excluded.position),
  sorted as (
    insert into form_topics (form_id, topic_id, position)
    select f.id, t.id, o.position from ${form} f, said, unnest(said.topics) with ordinality o (slug, position)
    join topics t on t.slug = o.slug
    on conflict (form_id, topic_id) do update set position = excluded.position),
  kept as (
    insert into form_versions (form_id, version, ${wording}) select f.id, f.version, ${wording} from ${form} f
    on conflict (form_id, version) do nothing)`;

export function createFormStore(db: Db) {
  const all = async <T>(query: ReturnType<typeof sql<T>>) => (await query.execute(db)).rows;

  return {
    form: async (id: number) => (await all(sql<Form>`select ${columns} from forms f where f.id = ${id}`))[0],

    forms: (after: number, limit: number) =>
      all(sql<Form>`select ${columns} from forms f where f.id > ${after} order by f.id limit ${limit}`),

    createForm: async (form: NewForm): Promise<number> => {
      const [made] = await all(sql<{ id: number }>`
        with said as (${said(form)}),
        made as (
          insert into forms (${wording}, ${rest}) select ${wording}, ${rest} from said returning *),
        ${offers(sql`made`)}
        select id from made`);
      return made?.id ?? 0;
    },

    /** Fields not named stay. The version rises with the wording: consent is proven against the wording shown. */
    changeForm: async (id: number, change: FormChange): Promise<boolean> => {
      const changed = await all(sql`
        with said as (${said(change)}),
        wanted as (
          select f.id, coalesce(s.title, f.title) as title, coalesce(s.button, f.button) as button,
            coalesce(s.consent_text, f.consent_text) as consent_text,
            case when s.given ? 'consent_link_text' then s.consent_link_text else f.consent_link_text end as consent_link_text,
            case when s.given ? 'consent_link_url' then s.consent_link_url else f.consent_link_url end as consent_link_url
          from forms f, said s where f.id = ${id} for update of f),
        changed as (
          update forms f set title = w.title, button = w.button, consent_text = w.consent_text,
            consent_link_text = w.consent_link_text, consent_link_url = w.consent_link_url,
            name_field = coalesce(s.name_field, f.name_field), success_title = coalesce(s.success_title, f.success_title),
            success_text = coalesce(s.success_text, f.success_text),
            proof_of_work = coalesce(s.proof_of_work, f.proof_of_work),
            allowed_origins = coalesce(s.allowed_origins, f.allowed_origins),
            version = f.version + (row (f.title, f.button, f.consent_text, f.consent_link_text, f.consent_link_url)
              is distinct from row (w.title, w.button, w.consent_text, w.consent_link_text, w.consent_link_url))::int
          from wanted w, said s where f.id = w.id returning f.*),
        no_newsletter as (
          delete from form_newsletters x using newsletters n, changed c, said s
          where x.form_id = c.id and n.id = x.newsletter_id and n.slug <> all (s.newsletters)),
        no_topic as (
          delete from form_topics x using topics t, changed c, said s
          where x.form_id = c.id and t.id = x.topic_id and t.slug <> all (s.topics)),
        ${offers(sql`changed`)}
        select id from changed`);
      return changed.length > 0;
    },

    /** The words of each version, newest first. */
    formVersions: (id: number, limit: number) =>
      all(sql<FormVersion>`
        select version, title, button, consent_text as "consentText", consent_link_text as "consentLinkText",
          consent_link_url as "consentLinkUrl", since
        from form_versions where form_id = ${id} order by version desc limit ${limit}`),

    /** Those of these slugs that are topics. */
    topicsAmong: async (slugs: string[]): Promise<string[]> =>
      (await all(sql<{ slug: string }>`select slug from topics where slug = any (${slugs}::text[])`)).map(
        ({ slug }) => slug,
      ),

    /** The first topics there were: what a newsroom's articles have always been about. */
    firstTopics: async (limit: number): Promise<string[]> =>
      (await all(sql<{ slug: string }>`select slug from topics order by id limit ${limit}`)).map(({ slug }) => slug),
  };
}
