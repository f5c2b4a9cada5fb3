import { connect } from '../../../../schemas/connect.ts';
import { defaultRoom, displayName, roomId, text } from '../../../../schemas/fields.ts';
import * as limits from '../../../../src/web/lib/limits.ts';

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

describe('normalizeName', () => {
  it.each([
    [' Aki\n', 'Aki'],
    ['\u0000', undefined],
    ['   ', undefined],
    ['😀'.repeat(80), '😀'.repeat(64)],
    [`${'a'.repeat(63)}  b`, 'a'.repeat(63)],
  ])('turns %j into %s, which the contract allows', (input, name) => {
    expect(limits.normalizeName(input)).toBe(name);
    const allowed = new RegExp(connect.schema.properties.name.pattern, 'u');
    if (name !== undefined) expect(name).toMatch(allowed);
  });
});
