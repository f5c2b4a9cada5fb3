import { TypingUsers, typingTimeoutMs } from '../../../../src/web/model/typing-users.ts';
import { aki, ben } from './fixtures.ts';

describe('TypingUsers', () => {
  it('names users until they stop typing or the timeout ends', () => {
    const typing = new TypingUsers();
    typing.update(aki, true, 0);
    typing.update(ben, true, 1_000);
    expect(typing.names(1_000)).toEqual(['Aki', 'Ben']);
    expect(typing.expire(typingTimeoutMs)).toBe(typingTimeoutMs + 1_000);
    expect(typing.names(typingTimeoutMs)).toEqual(['Ben']);
    typing.update(ben, false, 2_000);
    expect(typing.expire(2_000)).toBeUndefined();
  });
});
