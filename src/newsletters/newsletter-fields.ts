import { field } from '../platform/http/form-fields.ts';
import type { Newsletter } from './newsletter.ts';

/** What each page's form holds. Every field here stands in the template too: one that is missing counts as left empty. */
export const newFields = { kind: field.text, name: field.text, slug: field.text, description: field.text };

const common = {
  name: field.text,
  description: field.text,
  language: field.orNull,
  from_name: field.orNull,
  from_address: field.orNull,
  reply_to: field.orNull,
  when_uncertain: field.text,
  reminder: field.ticked,
  welcome: field.ticked,
  noindex: field.ticked,
  active: field.ticked,
};

const ofKind = {
  digest: {
    send_at: field.text,
    also_at: field.several,
    days: field.numbers,
    lateness_minutes: field.number,
    min_articles: field.number,
    section_limit: field.numberOrNull,
    subject_template: field.orNull,
    preheader_template: field.orNull,
  },
  breaking: {
    needs_approval: field.ticked,
    canary: field.ticked,
    quiet_from: field.orNull,
    quiet_until: field.orNull,
    quiet_rule: field.text,
    alerts_per_day: field.numberOrNull,
  },
};

export const fieldsOf = ({ kind }: Pick<Newsletter, 'kind'>) => ({ ...common, ...ofKind[kind] });
