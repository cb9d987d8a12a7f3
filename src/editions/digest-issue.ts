import type { Newsletter } from '../newsletters/newsletter.ts';
import { issueAt } from '../newsletters/next-slot.ts';
import { type Timetable, timesOf } from '../newsletters/timetable.ts';
import type { DigestPlan, Issue } from './digest-plan.ts';

/**
 * Which issue readers of a zone get at a slot. Who chose a time of their own gets the newest there is by then, and in the
 * early morning the first one.
 */
export function issueOf(newsletter: Pick<Timetable, 'sendAt' | 'alsoAt'>, slot: Date, timeZone: string): Issue {
  const { date, nth } = issueAt(timesOf(newsletter), timeZone, slot);
  return { date, nth: Math.max(1, nth) };
}

/** As it stands in an address: `2026-11-21`, and `2026-11-21.2` for the second one of that date. */
export const nameOf = ({ date, nth }: Issue): string => (nth === 1 ? date : `${date}.${nth}`);

/** Undefined for what names no date. */
export function issueNamed(name: string): Issue | undefined {
  const [, date = '', nth = '1'] = /^(\d{4}-\d{2}-\d{2})(?:\.([2-9]))?$/.exec(name) ?? [];
  const at = new Date(`${date}T00:00:00Z`);
  // Before the year 1 PostgreSQL counts otherwise. The 31st of February is the 3rd of March to JavaScript.
  if (date < '0001' || Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== date) return undefined;
  return { date, nth: Number(nth) };
}

export const isSame = (a: Issue, b: Issue): boolean => a.date === b.date && a.nth === b.nth;

/** What editors decided for each group of a slot's readers. */
export function slotPlans(newsletter: Newsletter | undefined, slot: Date | null, plans: DigestPlan[]) {
  const known = new Map<string, DigestPlan | undefined>();
  return (timeZone: string | null): DigestPlan | undefined => {
    if (!newsletter || !slot || !timeZone || plans.length === 0) return undefined;
    if (!known.has(timeZone)) {
      const issue = issueOf(newsletter, slot, timeZone);
      known.set(
        timeZone,
        plans.find((plan) => isSame(plan, issue)),
      );
    }
    return known.get(timeZone);
  };
}

/** As variants are told apart by their words; '' where nobody wrote any. */
export const wordingOf = (plan: DigestPlan | undefined): string =>
  plan && plan.wording > 0 ? `${nameOf(plan)} ${plan.wording}` : '';
