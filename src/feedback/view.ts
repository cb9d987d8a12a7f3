import { nameOf } from '../kernel/language.ts';
import { inWords } from '../newsletters/rhythm.ts';
import { browserName } from '../platform/http/browser-name.ts';
import type { Brand } from '../platform/view/brand.ts';
import { exact } from '../platform/view/filters.ts';
import { leavingReasons } from '../subscribers/leaving-reasons.ts';
import { pauseNow } from '../subscribers/pause.ts';
import type { Trace, Traced } from './read-trace.ts';
import type { Attempt, CameBack, Consent, TracedSubscription } from './traced.ts';
import { methods, whyNone, whyRow } from './why.ts';

const iso = (at: Date | null | undefined): string | undefined => at?.toISOString();

/** A reader's trace in words. */
export function traceView(trace: Trace, brand: Pick<Brand, 'timeZone' | 'locale'>, now: Date) {
  const { reader, subscriptions, consents, cameBack, editions, sought, older, consentsCut } = trace;
  const say = (at: Date) => exact(at, brand.timeZone, brand.locale);
  const entry = (traced: Traced) => {
    const { edition, row, attempts } = traced;
    const history = {
      ...{ reader, say },
      subscription: subscriptions.find(({ newsletterId }) => newsletterId === edition.newsletterId),
      changes: trace.changes.filter(({ newsletterId }) => newsletterId === edition.newsletterId),
    };
    return {
      ...{ id: edition.id, newsletter: edition.newsletter, kind: edition.kind, asOf: iso(edition.asOf) },
      subject: row?.subject ?? edition.subject,
      state: row?.state ?? 'none',
      cameBack: row?.bouncedAt != null,
      why: row ? whyRow(row, edition, history) : whyNone(edition, history),
      attempts: row ? attemptsOf(row, attempts) : [],
      unknown: Math.max(0, (row?.attempts ?? 0) - (row ? attemptsOf(row, attempts).length : 0)),
    };
  };
  return {
    reader: {
      ...reader,
      language: reader.language && nameOf(reader.language),
      createdAt: iso(reader.createdAt),
      suppressedAt: iso(reader.suppressedAt),
      pausedUntil: pauseNow(reader, now)?.toISOString(),
    },
    subscriptions: subscriptions.map(subscriptionRow),
    pending: subscriptions.some(({ state }) => state === 'pending'),
    consents: consents.map(consentRow),
    consentsCut,
    cameBack: cameBack.map(cameBackRow),
    editions: editions.map(entry),
    sought: sought && entry(sought),
    older,
  };
}

/** The ledger's own answer comes last, unless it is already told among those that left the row open. */
function attemptsOf(row: NonNullable<Traced['row']>, earlier: Attempt[]) {
  const told = earlier.map(({ attempt, at, state, reason, reply }) => ({ attempt, at: iso(at), state, reason, reply }));
  const answered = ['accepted', 'failed', 'uncertain', 'deferred'].includes(row.state);
  if (!answered || row.attempts === 0 || told.at(-1)?.attempt === row.attempts) return told;
  const { attempts: attempt, settledAt, state, reason, reply } = row;
  return [...told, { attempt, at: iso(settledAt), state, reason, reply }];
}

const subscriptionRow = (s: TracedSubscription) => ({
  ...s,
  rhythm: s.kind === 'digest' ? inWords(s, s) : 'When it happens',
  since: iso(s.state === 'active' ? s.activatedAt : s.state === 'pending' ? s.createdAt : s.endedAt),
  nextDueAt: iso(s.nextDueAt),
});

const kinds: Record<Consent['kind'], string> = {
  requested: 'Asked for it',
  confirmed: 'Confirmed it',
  imported: 'Was imported',
  unsubscribed: 'Left',
  resubscribed: 'Came back',
  preferences: 'Chose',
};

const consentRow = ({ kind, method, userAgent, at, reason, ...rest }: Consent) => ({
  ...rest,
  reason: reason && leavingReasons[reason],
  kind: kinds[kind],
  method: sentence(methods[method] ?? method),
  browser: userAgent ? browserName(userAgent) : '',
  at: iso(at),
});

const sentence = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

const came = {
  bounce: 'Came back undeliverable',
  complaint: 'Reported as spam',
  unsubscribe: 'Asked to be left alone',
};

const cameBackRow = ({ kind, at, ...rest }: CameBack) => ({ ...rest, kind: came[kind], at: iso(at) });
