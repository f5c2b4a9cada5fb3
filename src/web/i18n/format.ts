import { words } from './index.ts';

const { locale } = words;
const clockTime = new Intl.DateTimeFormat(locale, { timeStyle: 'short' });
const whole = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'medium' });
const day = new Intl.DateTimeFormat(locale, { weekday: 'long', month: 'long', day: 'numeric' });
const distantDay = new Intl.DateTimeFormat(locale, { dateStyle: 'full' });
const list = new Intl.ListFormat(locale, { type: 'conjunction' });
const count = new Intl.NumberFormat(locale);
const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'always' });

/** The time of day. */
export const timeOf = (at: number): string => clockTime.format(at);

/** A date and time in full. */
export const dateTimeOf = (at: number): string => whole.format(at);

/** A number. */
export const numberOf = (n: number): string => count.format(n);

/** Several names. */
export const listOf = (names: readonly string[]): string => list.format(names);

/** How long until then, in seconds. */
export const secondsUntil = (at: number, now: number): string =>
  relative.format(Math.max(1, Math.ceil((at - now) / 1_000)), 'second');

/** What a day is called, seen from now. */
export function dayOf(at: number, now: number): string {
  const [then, today, yesterday] = [new Date(at), new Date(now), new Date(now)];
  yesterday.setDate(yesterday.getDate() - 1);
  if (then.toDateString() === today.toDateString()) return words.today;
  if (then.toDateString() === yesterday.toDateString()) return words.yesterday;
  return then.getFullYear() === today.getFullYear() ? day.format(at) : distantDay.format(at);
}
