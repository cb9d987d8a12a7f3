import type { ConsentEvent } from './consent-store.ts';

/** One consent as it is shown outside: in the API and in what staff take away. */
export const consentJson = ({ at, ...c }: ConsentEvent) => ({
  id: c.id,
  at: at.toISOString(),
  kind: c.kind,
  newsletter: c.newsletter,
  method: c.method,
  wording: c.wording,
  form_id: c.formId,
  form_version: c.formVersion,
  page_url: c.pageUrl,
  ip_truncated: c.ipTruncated,
  user_agent: c.userAgent,
  /** The id of the request that this confirms. */
  confirms: c.confirms,
  reason: c.reason,
  remark: c.remark,
});

export const consentColumns: (keyof ReturnType<typeof consentJson>)[] = [
  ...(['id', 'at', 'kind', 'newsletter', 'method', 'wording', 'form_id', 'form_version', 'page_url'] as const),
  ...(['ip_truncated', 'user_agent', 'confirms', 'reason', 'remark'] as const),
];
