import { defaultRoom, displayName, roomId, text } from '../../../../schemas/fields.ts';
import validators from '../../../../src/generated/validators.cjs';
import * as limits from '../../../../src/web/lib/limits.ts';
import { allowedNames, refusedNames } from '../../../helpers/user-names.ts';

describe('limits', () => {
  it('equal the limits of the contract', () => {
    expect(limits).toMatchObject({
      defaultRoom,
      maxTextLength: text.maxLength,
      maxNameLength: displayName.maxLength,
    });
  });
});

describe('isRoomName', () => {
  it.each(['tea', 'a', '0-', '-a', 'Tea', 'té', '', 'a'.repeat(64), 'a'.repeat(65), 'a b'])(
    'agrees with the contract about %j',
    (name) => {
      expect(limits.isRoomName(name)).toBe(new RegExp(roomId.pattern, 'u').test(name));
    },
  );
});

describe('normalizeRoomName', () => {
  it.each([
    ['#tea', 'tea'],
    [' Tea Room ', 'tea-room'],
    ['＃ＴＥＡ', 'tea'],
    ['お茶', undefined],
    ['', undefined],
  ])('turns %j into %s', (input, name) => {
    expect(limits.normalizeRoomName(input)).toBe(name);
  });
});

/** Returns whether the contract allows a name. */
const isAllowed = (name: string) => validators.connect({ name });

describe('normalizeName', () => {
  it.each([
    [' Aki\n', 'Aki'],
    ['\u0000', undefined],
    ['   ', undefined],
    ['\u3000', undefined],
    ['\u3164', undefined],
    ['abc\u202e', 'abc'],
    ['می\u200cخواهم', 'می\u200cخواهم'],
    ['😀'.repeat(80), '😀'.repeat(64)],
    [`${'a'.repeat(63)}  b`, 'a'.repeat(63)],
    [`${'\u0301'.repeat(64)}a`, undefined],
  ])('turns %j into %s, which the contract allows', (input, name) => {
    expect(limits.normalizeName(input)).toBe(name);
    expect(name === undefined || isAllowed(name)).toBe(true);
  });

  it('keeps a trimmed name exactly if the contract allows it', () => {
    const names = [...allowedNames, ...refusedNames.map(([, name]) => name)];
    for (const name of names.map((text) => text.trim())) {
      expect([name, limits.normalizeName(name) === name]).toEqual([name, isAllowed(name)]);
    }
  });

  it('agrees with the contract about each character of Unicode, alone and in a word', () => {
    const differing: string[] = [];
    for (let codePoint = 0; codePoint <= 0x10ffff; codePoint += 1) {
      const character = String.fromCodePoint(codePoint);
      const word = `a${character}b`;
      const keepsWord = limits.normalizeName(word) === word;
      const keeps = limits.normalizeName(character) !== undefined;
      if (keepsWord !== isAllowed(word) || keeps !== isAllowed(character)) {
        differing.push(codePoint.toString(16));
      }
    }
    expect(differing).toEqual([]);
  });
});
