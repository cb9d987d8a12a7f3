// Beside what nobody sees: bidi controls that make a headline read as another, and slots of message templates.
const UNSEEN =
  /[\p{Cc}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/u;
const MARKUP =
  /<!--|<!\[CDATA\[|<!doctype|<\/(?:a|b|i|p|em|div|span|script|style|strong|iframe|svg|title)\s*>|<(?:br|hr|p|img)(?=[\s/>])[^<>]*>|<(?:a|b|p|div|span|script|iframe|svg|img|style|input|form)\s[^<>]*=[^<>]*>|<script(?=[\s/>])[^<>]*>[\s\S]*<\/script(?![\w-])/i;
const ADDRESSES = new Set(['url', 'image', 'canonical']);
const INSTANTS = new Set(['published', 'modified', 'updated']);
/** Ids are a source's own, and shown to nobody. */
const OWN = new Set(['id']);
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const LONGEST = 16 * 300;

/** What is wrong with what was read; undefined when nothing is. */
export function complaintOf(value: unknown, key = ''): string | undefined {
  if (Array.isArray(value)) return first(value, (one) => complaintOf(one, key));
  if (typeof value === 'object' && value !== null)
    return first(Object.entries(value), ([name, one]) => complaintOf(one, name));
  if (typeof value !== 'string') return undefined;
  const found = judge(value, key);
  return found && `${key} ${found}: ${JSON.stringify(value.slice(0, 200))}`;
}

function judge(text: string, key: string): string | undefined {
  if (UNSEEN.test(text)) return 'holds what nobody sees';
  if (INSTANTS.has(key)) return ISO.test(text) ? undefined : 'is no instant';
  if (ADDRESSES.has(key))
    return /^https?:$/.test(URL.parse(text)?.protocol ?? '') ? undefined : 'is no address of the web';
  if (OWN.has(key)) return undefined;
  if (MARKUP.test(text)) return 'holds markup';
  if (/\s\s|^\s|\s$|[^\S ]/.test(text) && !/[\u00a0\u3000]/.test(text)) return 'is not one tidy line';
  return text.length > LONGEST ? 'is far too long' : undefined;
}

function first<T>(all: readonly T[], ask: (one: T) => string | undefined): string | undefined {
  for (const one of all) {
    const complaint = ask(one);
    if (complaint) return complaint;
  }
  return undefined;
}
