import { formatDay, formatList, formatSecondsUntil } from '../../../../src/web/i18n/format.ts';

const now = new Date(2026, 10, 22, 12).getTime();
const dayMs = 24 * 3_600_000;

describe('formatDay', () => {
  it.each([
    [0, 'Today'],
    [1, 'Yesterday'],
    [2, 'Friday, November 20'],
    [400, 'Saturday, October 18, 2025'],
  ])('formats the day %i days ago as %s', (days, expected) => {
    expect(formatDay(now - days * dayMs, now)).toBe(expected);
  });
});

describe('formatSecondsUntil', () => {
  it('rounds up to whole seconds, and to one at least', () => {
    expect(formatSecondsUntil(now + 4_100, now)).toBe('in 5 seconds');
    expect(formatSecondsUntil(now - 9, now)).toBe('in 1 second');
  });
});

describe('formatList', () => {
  it('joins names with commas and a conjunction', () => {
    expect(formatList(['Aki', 'Ben', 'Cleo'])).toBe('Aki, Ben, and Cleo');
  });
});
