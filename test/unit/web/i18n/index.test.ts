import { selectLocale } from '../../../../src/web/i18n/index.ts';

describe('selectLocale', () => {
  it.each([
    [['ja-JP', 'en'], 'ja'],
    [['de', 'JA', 'en'], 'ja'],
    [['en-GB'], 'en'],
    [['de', 'fr'], 'en'],
    [[], 'en'],
  ])('selects for %j the locale %s', (preferred, locale) => {
    expect(selectLocale(preferred).locale).toBe(locale);
  });
});
