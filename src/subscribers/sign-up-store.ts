import type pg from 'pg';
import { addressKey, type EmailAddress } from '../kernel/email-address.ts';
import { prepared } from '../platform/db/prepared.ts';
import type { ConsentProof } from './subscriber.ts';

export interface SignUpRow {
  email: EmailAddress;
  /** One mailbox is one reader under it. */
  emailKey: string;
  emailHash: Buffer;
  timeZone: string;
  name: string | null;
  newsletterIds: number[];
  /** 1 is every topic. */
  topicSetId: number;
  flags: string[];
  proof: ConsentProof;
  at: Date;
}

/**
 * The same for new, pending, active and unsubscribed readers; an active subscription, and an active reader’s name, are left alone. It is
 * another request, which earlier links do not confirm, once the last one was confirmed or left; one that is still to be
 * mailed stays the same, since its mail may be under way. Who signed up before
 * Gmail's spellings were taken for one stays under the address as it was. In the order of keys, so that two processes
 * with the same addresses wait for each other instead of locking each other out.
 */
const RECORD = `
  with given as materialized (
    select g.*, coalesce((select s.email_key from subscribers s where s.email_key = g.address_key), g.email_key) as key
    from jsonb_to_recordset($1::jsonb) as g (n integer, email text, address_key text, email_key text, email_hash text,
      time_zone text, name text, newsletter_ids integer[], topic_set_id integer, flags text[], at timestamptz, method text,
      form_id integer, form_version integer, wording text, page_url text, ip_truncated text, user_agent text)),
  reader as (
    insert into subscribers as r (email, email_key, email_hash, time_zone, name, created_at, confirmation_wanted_at, flags)
    select email, key, decode(email_hash, 'hex'), time_zone, name, at, at, flags from given order by key
    on conflict (email_key) do update
      set confirmation_wanted_at = excluded.confirmation_wanted_at, flags = excluded.flags,
        request = r.request + coalesce((select not coalesce(bool_or(y.state = 'pending'), false)
          or coalesce(bool_or(greatest(y.activated_at, y.ended_at)
            >= all (array[r.confirmation_sent_at, r.confirmation_wanted_at])), false)
          from subscriptions y where y.subscriber_id = r.id), true)::int,
        name = case when (select bool_or(y.state = 'active') from subscriptions y where y.subscriber_id = r.id)
          then r.name else coalesce(excluded.name, r.name) end
    returning id, email_key),
  asked as (
    select reader.id as subscriber_id, w.id as newsletter_id, given.*
    from given join reader on reader.email_key = given.key, unnest(given.newsletter_ids) w (id)),
  wanted as (
    insert into subscriptions as s (subscriber_id, newsletter_id, state, topic_set_id, created_at)
    select subscriber_id, newsletter_id, 'pending', topic_set_id, at from asked order by subscriber_id, newsletter_id
    on conflict (subscriber_id, newsletter_id) do update set
      topic_set_id = case s.state when 'active' then s.topic_set_id else excluded.topic_set_id end,
      state = case s.state when 'active' then s.state else 'pending' end),
  proven as (
    insert into consent_events (subscriber_id, newsletter_id, kind, at, method, form_id, form_version, wording, page_url,
      ip_truncated, user_agent)
    select subscriber_id, newsletter_id, 'requested', at, method, form_id, form_version, wording, page_url, ip_truncated,
      user_agent from asked)
  select reader.id from given join reader on reader.email_key = given.key order by given.n`;

export type SignUpStore = ReturnType<typeof createSignUpStore>;

export function createSignUpStore(pool: pg.Pool) {
  const record = prepared<{ id: number }>(pool, 'record-sign-ups', RECORD);
  return {
    /** All or none, in one commit. No two of them may have the same key. @returns the readers' ids, in the same order */
    recordSignUps: async (rows: SignUpRow[]): Promise<number[]> =>
      (await record([JSON.stringify(rows.map(given))])).map(({ id }) => id),
  };
}

const given = ({ proof, at, ...row }: SignUpRow, n: number) => ({
  n,
  email: row.email,
  address_key: addressKey(row.email),
  email_key: row.emailKey,
  email_hash: row.emailHash.toString('hex'),
  time_zone: row.timeZone,
  name: row.name,
  newsletter_ids: row.newsletterIds,
  topic_set_id: row.topicSetId,
  flags: row.flags,
  at,
  method: proof.method,
  form_id: proof.formId,
  form_version: proof.formVersion,
  wording: proof.wording,
  page_url: proof.pageUrl,
  ip_truncated: proof.ipTruncated,
  user_agent: proof.userAgent,
});
