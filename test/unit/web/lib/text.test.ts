import { connect } from '../../../../schemas/connect.ts';
import {
  clientKey,
  defaultRoom,
  displayName,
  maxUnread,
  roomId,
  text,
} from '../../../../schemas/fields.ts';
import { en } from '../../../../src/web/i18n/en.ts';
import { formatDay, formatList, formatSecondsUntil } from '../../../../src/web/i18n/format.ts';
import { selectLocale } from '../../../../src/web/i18n/index.ts';
import * as limits from '../../../../src/web/lib/limits.ts';
import { linkify } from '../../../../src/web/lib/linkify.ts';
import { maxUnread as limitOnPage } from '../../../../src/web/model/unread.ts';
import { SavedState, safeStorage } from '../../../../src/web/state/saved-state.ts';

const findLinks = (input: string) =>
  linkify(input).flatMap(({ text, href }) => (href === undefined ? [] : [[text, href]]));

describe('links', () => {
  it.each([
    ['https://example.com', 'https://example.com'],
    ['See http://example.com/a?b=c#d.', 'http://example.com/a?b=c#d'],
    ['(https://example.com/a)', 'https://example.com/a'],
    ['https://example.com/a_(b)', 'https://example.com/a_(b)'],
    ['[https://example.com/a],', 'https://example.com/a'],
    ['HTTPS://EXAMPLE.COM!', 'HTTPS://EXAMPLE.COM'],
    ['これはhttps://example.com/茶です', 'https://example.com/'],
    ['https://example.com。', 'https://example.com'],
    ['<https://example.com/>', 'https://example.com/'],
  ])('are found in %s', (input, found) => {
    expect(findLinks(input)).toEqual([[found, new URL(found).href]]);
  });

  it.each([
    'javascript:alert(1)',
    'javascript://example.com/%0aalert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'ftp://example.com',
    'xhttps://example.com',
    'https://',
    'https://user@example.com',
    'https://user:word@example.com',
    'http://[',
  ])('are not made of %s', (input) => {
    expect(findLinks(input)).toEqual([]);
  });

  it('leave the text as it is', () => {
    const input = 'a https://b.example/c, (http://d.example) e';
    expect(
      linkify(input)
        .map((piece) => piece.text)
        .join(''),
    ).toBe(input);
  });

  it.each([
    `https://example.com/${'('.repeat(2_000)}${'.)'.repeat(1_000)}`,
    `https://x${')'.repeat(4_000)}`,
  ])('leave a text of nothing but brackets as it is', (input) => {
    expect(
      linkify(input)
        .map((piece) => piece.text)
        .join(''),
    ).toBe(input);
  });
});

describe('the limits of the page', () => {
  it('are those of the contract', () => {
    expect(limits).toMatchObject({
      defaultRoom,
      maxTextLength: text.maxLength,
      maxNameLength: displayName.maxLength,
    });
    expect(limitOnPage).toBe(maxUnread);
    const pattern = new RegExp(roomId.pattern, 'u');
    for (const name of [
      'tea',
      'a',
      '0-',
      '-a',
      'Tea',
      'té',
      '',
      'a'.repeat(64),
      'a'.repeat(65),
      'a b',
    ]) {
      expect([name, limits.isRoomName(name)]).toEqual([name, pattern.test(name)]);
    }
  });

  it.each([
    ['#tea', 'tea'],
    [' Tea Room ', 'tea-room'],
    ['＃ＴＥＡ', 'tea'],
    ['お茶', undefined],
    ['', undefined],
  ])('take %j for the room %s', (input, name) => {
    expect(limits.normalizeRoomName(input)).toBe(name);
  });

  it.each([
    [' Aki\n', 'Aki'],
    ['\u0000', undefined],
    ['   ', undefined],
    ['😀'.repeat(80), '😀'.repeat(64)],
    [`${'a'.repeat(63)}  b`, 'a'.repeat(63)],
  ])('take %j for the name %s, which the contract allows', (input, name) => {
    expect(limits.normalizeName(input)).toBe(name);
    const allowed = new RegExp(connect.schema.properties.name.pattern, 'u');
    if (name !== undefined) expect(name).toMatch(allowed);
  });
});

describe('what the page remembers', () => {
  const createStorage = () => {
    const stored = new Map<string, string>();
    return {
      kept: stored,
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => void stored.set(key, value),
    };
  };

  it('is a key that the contract allows, the same again, and another for another', () => {
    const persistentStorage = createStorage();
    const { key } = new SavedState(persistentStorage, createStorage());
    expect(key).toMatch(new RegExp(clientKey.pattern));
    expect(new SavedState(persistentStorage, createStorage()).key).toBe(key);
    expect(new SavedState(createStorage(), createStorage()).key).not.toBe(key);
  });

  it('is a name and rooms, whatever else has been kept there', () => {
    const persistentStorage = createStorage();
    const savedState = new SavedState(persistentStorage, createStorage());
    expect([savedState.name, savedState.rooms]).toEqual([undefined, ['lobby']]);
    savedState.name = 'Aki';
    savedState.addRoom('tea');
    savedState.addRoom('tea');
    savedState.addRoom('milk');
    savedState.removeRoom('tea');
    expect([savedState.name, savedState.rooms]).toEqual(['Aki', ['lobby', 'milk']]);
    persistentStorage.setItem('kaiwa.rooms', 'Böse <b> tea');
    persistentStorage.setItem('kaiwa.key', 'short');
    expect(savedState.rooms).toEqual(['lobby', 'tea']);
    expect(savedState.key).toHaveLength(48);
  });

  it('is what was not sent, for each room', () => {
    const tabStorage = createStorage();
    const savedState = new SavedState(createStorage(), tabStorage);
    savedState.saveDraft('tea', { text: 'I am', drafts: [] });
    expect(savedState.getDraft('tea').text).toBe('I am');
    tabStorage.setItem('kaiwa.unsent.tea', 'no JSON');
    expect(savedState.getDraft('tea')).toEqual({ text: '', drafts: [] });
    expect(savedState.getDraft('milk')).toEqual({ text: '', drafts: [] });
  });

  it('is remembered until the page is closed where the browser keeps nothing', () => {
    const noStorage = safeStorage(() => {
      throw new Error('The browser says no.');
    });
    expect(noStorage.getItem('x')).toBeNull();
    noStorage.setItem('x', 'y');
    expect(noStorage.getItem('x')).toBe('y');
  });
});

describe('the words', () => {
  it.each([
    [['ja-JP', 'en'], 'ja'],
    [['de', 'JA', 'en'], 'ja'],
    [['en-GB'], 'en'],
    [['de', 'fr'], 'en'],
    [[], 'en'],
  ])('for %j are those of %s', (preferred, locale) => {
    expect(selectLocale(preferred).locale).toBe(locale);
  });

  it('count', () => {
    expect([en.unread(1), en.unread(1_000)]).toEqual(['1 unread message', '1,000 unread messages']);
    expect(selectLocale(['ja']).newMessages(3)).toBe('新着メッセージ 3 件');
  });

  it('say when', () => {
    const now = new Date(2026, 10, 22, 12).getTime();
    const hours = (n: number) => now + n * 3_600_000;
    expect(
      [hours(0), hours(-24), hours(-48), hours(-24 * 400)].map((at) => formatDay(at, now)),
    ).toEqual([...['Today', 'Yesterday', 'Friday, November 20', 'Saturday, October 18, 2025']]);
    expect([formatSecondsUntil(now + 4_100, now), formatSecondsUntil(now - 9, now)]).toEqual([
      ...['in 5 seconds', 'in 1 second'],
    ]);
    expect(formatList(['Aki', 'Ben', 'Cleo'])).toBe('Aki, Ben, and Cleo');
  });
});
