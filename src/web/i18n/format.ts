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

/** Formats a time of day. */
export const formatTime = (at: number): string => timeFormat.format(at);

/** Formats a date with its time, in full. */
export const formatDateTime = (at: number): string => dateTimeFormat.format(at);

/** Formats a number. */
export const formatNumber = (n: number): string => numberFormat.format(n);

/** Joins names to a list. */
export const formatList = (names: readonly string[]): string => listFormat.format(names);

/** Formats the time until `at`, in whole seconds and at least one. */
export const formatSecondsUntil = (at: number, now: number): string =>
  relativeTimeFormat.format(Math.max(1, Math.ceil((at - now) / 1_000)), 'second');

/** Formats a day relative to `now`. The year appears only if it differs. */
export function formatDay(at: number, now: number): string {
  const then = new Date(at);
  const today = new Date(now);
  const yesterday = new Date(now);
  yesterday.setDate(yesterday.getDate() - 1);
  if (then.toDateString() === today.toDateString()) return t.today;
  if (then.toDateString() === yesterday.toDateString()) return t.yesterday;
  return then.getFullYear() === today.getFullYear()
    ? dayFormat.format(at)
    : dayWithYearFormat.format(at);
}
