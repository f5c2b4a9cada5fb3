import { connect } from '../../../../schemas/connect.ts';
import {
  defaultRoom,
  displayName,
  personKey,
  roomId,
  text,
  unreadLimit,
} from '../../../../schemas/fields.ts';
import { en } from '../../../../src/web/i18n/en.ts';
import { dayOf, listOf, secondsUntil } from '../../../../src/web/i18n/format.ts';
import { wordsFor } from '../../../../src/web/i18n/index.ts';
import * as limits from '../../../../src/web/lib/limits.ts';
import { piecesOf } from '../../../../src/web/lib/linkify.ts';
import { unreadLimit as limitOnPage } from '../../../../src/web/model/unread.ts';
import { keeping, Memory } from '../../../../src/web/state/saved-state.ts';

const links = (written: string) =>
  piecesOf(written).flatMap(({ text, href }) => (href === undefined ? [] : [[text, href]]));

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
  ])('are found in %s', (written, found) => {
    expect(links(written)).toEqual([[found, new URL(found).href]]);
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
  ])('are not made of %s', (written) => {
    expect(links(written)).toEqual([]);
  });

  it('leave the text as it is', () => {
    const written = 'a https://b.example/c, (http://d.example) e';
    expect(
      piecesOf(written)
        .map((piece) => piece.text)
        .join(''),
    ).toBe(written);
  });

  it.each([
    `https://example.com/${'('.repeat(2_000)}${'.)'.repeat(1_000)}`,
    `https://x${')'.repeat(4_000)}`,
  ])('leave a text of nothing but brackets as it is', (written) => {
    expect(
      piecesOf(written)
        .map((piece) => piece.text)
        .join(''),
    ).toBe(written);
  });
});

describe('the limits of the page', () => {
  it('are those of the contract', () => {
    expect(limits).toMatchObject({
      lobby: defaultRoom,
      maxText: text.maxLength,
      maxName: displayName.maxLength,
    });
    expect(limitOnPage).toBe(unreadLimit);
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
      expect([name, limits.isRoom(name)]).toEqual([name, pattern.test(name)]);
    }
  });

  it.each([
    ['#tea', 'tea'],
    [' Tea Room ', 'tea-room'],
    ['＃ＴＥＡ', 'tea'],
    ['お茶', undefined],
    ['', undefined],
  ])('take %j for the room %s', (written, name) => {
    expect(limits.roomFrom(written)).toBe(name);
  });

  it.each([
    [' Aki\n', 'Aki'],
    ['\u0000', undefined],
    ['   ', undefined],
    ['😀'.repeat(80), '😀'.repeat(64)],
    [`${'a'.repeat(63)}  b`, 'a'.repeat(63)],
  ])('take %j for the name %s, which the contract allows', (written, name) => {
    expect(limits.nameFrom(written)).toBe(name);
    const allowed = new RegExp(connect.schema.properties.name.pattern, 'u');
    if (name !== undefined) expect(name).toMatch(allowed);
  });
});

describe('what the page remembers', () => {
  const storage = () => {
    const kept = new Map<string, string>();
    return {
      kept,
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    };
  };

  it('is a key that the contract allows, the same again, and another for another', () => {
    const lasting = storage();
    const { key } = new Memory(lasting, storage());
    expect(key).toMatch(new RegExp(personKey.pattern));
    expect(new Memory(lasting, storage()).key).toBe(key);
    expect(new Memory(storage(), storage()).key).not.toBe(key);
  });

  it('is a name and rooms, whatever else has been kept there', () => {
    const lasting = storage();
    const memory = new Memory(lasting, storage());
    expect([memory.name, memory.rooms]).toEqual([undefined, ['lobby']]);
    memory.name = 'Aki';
    memory.join('tea');
    memory.join('tea');
    memory.join('milk');
    memory.leave('tea');
    expect([memory.name, memory.rooms]).toEqual(['Aki', ['lobby', 'milk']]);
    lasting.setItem('kaiwa.rooms', 'Böse <b> tea');
    lasting.setItem('kaiwa.key', 'short');
    expect(memory.rooms).toEqual(['lobby', 'tea']);
    expect(memory.key).toHaveLength(48);
  });

  it('is what was not sent, for each room', () => {
    const ofTab = storage();
    const memory = new Memory(storage(), ofTab);
    memory.keep('tea', { text: 'I am', drafts: [] });
    expect(memory.unsent('tea').text).toBe('I am');
    ofTab.setItem('kaiwa.unsent.tea', 'no JSON');
    expect(memory.unsent('tea')).toEqual({ text: '', drafts: [] });
    expect(memory.unsent('milk')).toEqual({ text: '', drafts: [] });
  });

  it('is remembered until the page is closed where the browser keeps nothing', () => {
    const nowhere = keeping(() => {
      throw new Error('The browser says no.');
    });
    expect(nowhere.getItem('x')).toBeNull();
    nowhere.setItem('x', 'y');
    expect(nowhere.getItem('x')).toBe('y');
  });
});

describe('the words', () => {
  it.each([
    [['ja-JP', 'en'], 'ja'],
    [['de', 'JA', 'en'], 'ja'],
    [['en-GB'], 'en'],
    [['de', 'fr'], 'en'],
    [[], 'en'],
  ])('for %j are those of %s', (wanted, locale) => {
    expect(wordsFor(wanted).locale).toBe(locale);
  });

  it('count', () => {
    expect([en.unread(1), en.unread(1_000)]).toEqual(['1 unread message', '1,000 unread messages']);
    expect(wordsFor(['ja']).newMessages(3)).toBe('新着メッセージ 3 件');
  });

  it('say when', () => {
    const now = new Date(2026, 10, 22, 12).getTime();
    const hours = (n: number) => now + n * 3_600_000;
    expect(
      [hours(0), hours(-24), hours(-48), hours(-24 * 400)].map((at) => dayOf(at, now)),
    ).toEqual([...['Today', 'Yesterday', 'Friday, November 20', 'Saturday, October 18, 2025']]);
    expect([secondsUntil(now + 4_100, now), secondsUntil(now - 9, now)]).toEqual([
      ...['in 5 seconds', 'in 1 second'],
    ]);
    expect(listOf(['Aki', 'Ben', 'Cleo'])).toBe('Aki, Ben, and Cleo');
  });
});
