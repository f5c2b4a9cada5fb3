import { en } from '../../../../src/web/i18n/en.ts';

describe('en', () => {
  it('uses the singular for one and the plural for other numbers', () => {
    expect([en.unread(1), en.unread(1_000)]).toEqual(['1 unread message', '1,000 unread messages']);
  });
});
