import { inWords, timesInWords } from '../newsletters/rhythm.ts';
import { everyDay, whenFor } from '../newsletters/timetable.ts';
import { weekdayAt } from '../subscribers/pause.ts';
import type { Change, TracedEdition, TracedReader, TracedRow, TracedSubscription } from './traced.ts';

/** What the ledger's own words mean to a reader who asks. */
interface History {
  reader: Pick<TracedReader, 'timeZone' | 'pausedAt' | 'pausedUntil' | 'suppressedAt' | 'suppressedWhy'>;
  subscription: TracedSubscription | undefined;
  /** Of this newsletter, oldest first. */
  changes: Change[];
  /** An instant as the newsroom reads it. */
  say(at: Date): string;
}

const begins = ({ kind }: Change): boolean => kind !== 'requested' && kind !== 'unsubscribed';
const ends = ({ kind }: Change): boolean => kind === 'unsubscribed';

/** By which way somebody came or left. */
export const methods: Record<string, string> = {
  form: 'by the form',
  link: 'by the link in a mail',
  'one-click': 'by the unsubscribe button of their mailbox',
  mailto: 'by a mail to the unsubscribe address',
  preferences: 'on their preferences page',
  import: 'by an import',
  api: 'over the API',
  staff: 'by staff, for them',
};

/** Why a row of the ledger is as it is. */
export function whyRow(row: TracedRow, edition: TracedEdition, history: History): string {
  const { say } = history;
  if (row.state === 'skipped') return whySkipped(row, history);
  if (row.state === 'accepted')
    return row.bouncedAt
      ? `The relay took it, and on ${say(row.bouncedAt)} it came back: see below.`
      : 'The relay took it. What the mailbox did with it then, nobody told us.';
  if (row.state === 'failed') return `Given up: ${row.reason}. It is not tried again.`;
  if (row.state === 'uncertain')
    return `The relay may have it or not: ${row.reason}. It is not sent again, so that nobody gets it twice.`;
  if (row.state === 'sending') return 'It is being handed to the relay at this moment.';
  const held = edition.status === 'paused' ? 'The edition is paused.' : '';
  if (row.state === 'pending') return held || 'It waits for its turn.';
  const next = row.nextAttemptAt ? `It is tried again on ${say(row.nextAttemptAt)}.` : 'It is tried again soon.';
  return `Put off: ${row.reason}. ${held || next}`;
}

function whySkipped({ reason, settledAt }: TracedRow, { reader, subscription, changes, say }: History): string {
  const leavings = changes.filter(ends);
  const left =
    (leavings.findLast(({ at }) => settledAt && at <= settledAt) ?? leavings.at(-1))?.at ?? subscription?.endedAt;
  switch (reason) {
    case 'nothing new':
      return 'There was nothing new for them: no article on their topics that they had not had already.';
    case 'withdrawn':
      return 'All that it told was withdrawn, or held back, before their turn came.';
    case 'too few articles':
      return 'There were fewer articles for them than this newsletter sends a mail for. They come with the next one.';
    case 'unsubscribed':
      return `They left before their turn came${left ? `, on ${say(left)}` : ''}.`;
    case 'suppressed':
      return reader.suppressedAt
        ? `Their address is suppressed since ${say(reader.suppressedAt)}: ${reader.suppressedWhy}.`
        : 'Their address was suppressed when their turn came. That has been lifted since.';
    case 'paused':
      return settledAt && inPause(settledAt, reader)
        ? `They had paused everything, ${pauseOf(reader, say)}.`
        : 'They had paused everything when their turn came.';
    case 'rehearsal':
      return 'It was a rehearsal: only staff were mailed.';
    case 'quiet hours':
      return 'It came in their quiet hours, in which this newsletter sends no alerts.';
    case 'had enough alerts today':
      return 'They had had as many alerts in 24 hours as this newsletter sends to anybody.';
    case 'cancelled':
      return 'The edition was cancelled before their turn came.';
    default:
      return `It was left out: ${reason}.`;
  }
}

/** Why the ledger has no row of this reader for an edition. */
export function whyNone(edition: TracedEdition, history: History): string {
  const { subscription } = history;
  if (edition.status === 'draft') return 'It is still being written. Nobody has been sent anything.';
  if (edition.status === 'scheduled') return 'It has not left yet: who gets it is settled when its countdown is over.';
  if (!subscription) return `They never asked for ${edition.newsletter}.`;
  if (edition.status === 'cancelled' && !edition.plannedAt && edition.audience === 0)
    return 'It was cancelled before anybody was planned for.';
  if (edition.corrects !== null)
    return edition.hadCorrected
      ? whyNotReached(edition)
      : `It was only for those who had been sent no. ${edition.corrects}, which it puts right.`;
  const begun = new Date(Math.max(edition.asOf.getTime(), edition.createdAt.getTime()));
  const until = (at: Date) => (change: Change) => change.at <= at;
  const changes = withRow(history);
  const last = changes.filter((change) => begins(change) || ends(change)).findLast(until(begun));
  if (!last || ends(last)) return whyNotActive(edition, begun, last, { ...history, changes });
  return whyPassedOver(edition, begun, { ...history, changes });
}

/** Not subscribed when the plan began. */
function whyNotActive(
  edition: TracedEdition,
  begun: Date,
  left: Change | undefined,
  { changes, say }: History,
): string {
  const joined = changes.find((change) => begins(change) && change.at > begun);
  const planning = joined && (!edition.plannedAt || joined.at <= edition.plannedAt);
  if (planning) return `They subscribed on ${say(joined.at)}, while it was already being planned.`;
  if (left) return `They had left on ${say(left.at)}, ${methods[left.method] ?? left.method}.`;
  const asked = changes.find(({ kind }) => kind === 'requested');
  const before = asked && asked.at <= begun ? `They had asked for it on ${say(asked.at)}` : '';
  if (joined && before) return `${before}, but confirmed only afterwards, on ${say(joined.at)}.`;
  if (joined) return `They subscribed only afterwards, on ${say(joined.at)}.`;
  if (before) return `${before}, and have not confirmed to this day.`;
  if (asked) return `They asked for it only afterwards, on ${say(asked.at)}, and have not confirmed.`;
  return 'They were not subscribed when it was planned.';
}

/** Subscribed when the plan began, and yet not in it. */
function whyPassedOver(edition: TracedEdition, begun: Date, { reader, subscription, changes, say }: History): string {
  const { slot, plannedAt } = edition;
  if (slot && inPause(slot, reader)) return `They had paused everything, ${pauseOf(reader, say)}.`;
  const rhythm = subscription ?? everyDay;
  const { times, weekdays } = whenFor(edition, rhythm);
  const clock = slot && timeOfDay(slot, reader.timeZone);
  if (clock && !times.includes(clock))
    return `It was for readers in other time zones, or with times of their own: by this reader’s clock it was due at ${clock}, and theirs comes at ${timesInWords(times)}.`;
  if (slot && !weekdays.includes(weekdayAt(slot, reader.timeZone)))
    return `It was for a day on which they get none. Theirs comes: ${inWords(rhythm, edition)}.`;
  const left = changes.find((change) => ends(change) && change.at > begun && (!plannedAt || change.at <= plannedAt));
  if (left) return `They left on ${say(left.at)}, while it was being planned.`;
  if (slot && plannedAt)
    return 'They were subscribed, but their next digest was due at another time: whoever comes back or moves to another time zone gets no date twice, and a change of day or time counts from the next one on.';
  return whyNotReached(edition);
}

/** It was for them, and their row is missing. */
function whyNotReached({ plannedAt, status }: TracedEdition): string {
  if (!plannedAt && status === 'cancelled')
    return 'It was cancelled while it was being planned, before their turn came.';
  if (!plannedAt && status === 'paused') return 'It was paused while it was being planned, before their turn came.';
  if (!plannedAt) return 'It is still being planned; their turn comes.';
  return 'It was for them, and yet nothing was planned for them. This should not be: please tell whoever runs this service.';
}

/** Subscriptions from before consents were recorded prove themselves. */
function withRow({ changes, subscription }: History): Change[] {
  if (changes.some(begins) || !subscription?.activatedAt) return changes;
  const { newsletterId, activatedAt, endedAt } = subscription;
  const made: Change = { newsletterId, kind: 'imported', method: 'import', at: activatedAt };
  const ended: Change[] = endedAt ? [{ newsletterId, kind: 'unsubscribed', method: 'link', at: endedAt }] : [];
  return [...changes.filter((change) => !ends(change)), made, ...ended];
}

/** At that moment they had asked for quiet. */
const inPause = (at: Date, { pausedAt, pausedUntil }: History['reader']): boolean =>
  pausedAt !== null && pausedUntil !== null && at >= pausedAt && at < pausedUntil;

const pauseOf = ({ pausedAt, pausedUntil }: History['reader'], say: History['say']): string =>
  pausedAt && pausedUntil ? `from ${say(pausedAt)} until ${say(pausedUntil)}` : '';

/** `HH:MM` */
const timeOfDay = (at: Date, timeZone: string): string =>
  new Intl.DateTimeFormat('sv', { timeZone, hour: '2-digit', minute: '2-digit' }).format(at);
