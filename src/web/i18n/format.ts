import { t } from './index.ts';

const { locale } = t;
const timeFormat = new Intl.DateTimeFormat(locale, { timeStyle: 'short' });
const dateTimeFormat = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'medium' });
const dayFormat = new Intl.DateTimeFormat(locale, {
  weekday: 'long',
  month: 'long',
  day: 'numeric',
});
const dayWithYearFormat = new Intl.DateTimeFormat(locale, { dateStyle: 'full' });
const listFormat = new Intl.ListFormat(locale, { type: 'conjunction' });
const numberFormat = new Intl.NumberFormat(locale);
const relativeTimeFormat = new Intl.RelativeTimeFormat(locale, { numeric: 'always' });

/** The time of day. */
export const formatTime = (at: number): string => timeFormat.format(at);

/** A date and time in full. */
export const formatDateTime = (at: number): string => dateTimeFormat.format(at);

/** A number. */
export const formatNumber = (n: number): string => numberFormat.format(n);

/** Several names. */
export const formatList = (names: readonly string[]): string => listFormat.format(names);

/** How long until then, in seconds. */
export const formatSecondsUntil = (at: number, now: number): string =>
  relativeTimeFormat.format(Math.max(1, Math.ceil((at - now) / 1_000)), 'second');

/** What a day is called, seen from now. */
export function formatDay(at: number, now: number): string {
  const [then, today, yesterday] = [new Date(at), new Date(now), new Date(now)];
  yesterday.setDate(yesterday.getDate() - 1);
  if (then.toDateString() === today.toDateString()) return t.today;
  if (then.toDateString() === yesterday.toDateString()) return t.yesterday;
  return then.getFullYear() === today.getFullYear()
    ? dayFormat.format(at)
    : dayWithYearFormat.format(at);
}
