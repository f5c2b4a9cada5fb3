import { parseClaims, parseToken, Token } from '../../../../src/web/state/token.ts';
import { MemoryStorage } from './memory-storage.ts';
import { createToken } from './token-fixture.ts';

describe('parseToken', () => {
  it.each([
    [' a.b-_.c\n', 'a.b-_.c'],
    ['a.b', undefined],
    ['a.b.c.d', undefined],
    ['a.b.', undefined],
    ['a.b.c, kaiwa.v1', undefined],
    ['a.b.ç', undefined],
    ['', undefined],
  ])('turns %j into %s', (input, expected) => {
    expect(parseToken(input)).toBe(expected);
  });
});

describe('parseClaims', () => {
  it('reads the subject and the expiry of a token in base64url', () => {
    const claims = { sub: 'aki>>>???', exp: 1_800_000_000, name: '秋' };
    expect(createToken(claims)).toMatch(/[-_]/);
    expect(parseClaims(createToken(claims))).toEqual({
      sub: claims.sub,
      expiresAt: 1_800_000_000_000,
    });
  });

  it.each([
    ['an empty text', ''],
    ['one part', 'x'],
    ['a payload that is not JSON', 'a.b.c'],
    ['a payload that is not base64', 'a.%.c'],
    ['the payload null', createToken(null)],
    ['a payload that is a string', createToken('aki')],
    ['a payload that is an array', createToken([1])],
    ['claims of the wrong types', createToken({ sub: 1, exp: 'soon' })],
  ])('returns no subject and no expiry for %s', (_, token) => {
    expect(parseClaims(token)).toEqual({ sub: '', expiresAt: Number.POSITIVE_INFINITY });
  });
});

describe('Token', () => {
  it('stores its text under one key, and forgets it', () => {
    const tabStorage = new MemoryStorage();
    const token = new Token(tabStorage);
    expect([token.text, token.userId]).toEqual([undefined, '']);
    token.text = createToken({ sub: 'aki' });
    expect([...tabStorage.entries.keys()]).toEqual(['kaiwa.token']);
    expect(new Token(tabStorage).text).toBe(token.text);
    expect(token.userId).toBe('aki');
    token.text = '';
    expect([token.text, [...tabStorage.entries.values()]]).toEqual([undefined, ['']]);
  });
});

describe('Token.problem', () => {
  let now: number;
  let token: Token;

  beforeEach(() => {
    now = Date.UTC(2026, 10, 22);
    token = new Token(new MemoryStorage(), () => now);
    token.text = createToken({ sub: 'aki', exp: now / 1_000 + 60 });
  });

  it('is undefined before an attempt to connect has ended', () => {
    expect(token.problem).toBeUndefined();
    token.onFailed();
    expect(token.problem).toBeUndefined();
    token.takeForConnect();
    expect(token.problem).toBeUndefined();
  });

  it('is "unverified" after a failed attempt, until a connection is made', () => {
    token.takeForConnect();
    token.onFailed();
    expect(token.problem).toBe('unverified');
    token.takeForConnect();
    expect(token.problem).toBe('unverified');
    token.onConnected();
    expect(token.problem).toBeUndefined();
  });

  it('ignores lost connections and failed reconnects of a token that has connected', () => {
    token.takeForConnect();
    token.onConnected();
    token.onFailed();
    token.takeForConnect();
    token.onFailed();
    expect(token.problem).toBeUndefined();
  });

  it('ignores the failed attempt of an earlier token', () => {
    token.takeForConnect();
    token.text = createToken({ sub: 'aki', exp: now / 1_000 + 90 });
    token.onFailed();
    expect(token.problem).toBeUndefined();
    token.takeForConnect();
    token.onFailed();
    expect(token.problem).toBe('unverified');
  });

  it('is "expired" as soon as the token has expired', () => {
    now += 60_000;
    expect(token.problem).toBe('expired');
  });
});

describe('Token.takeForConnect', () => {
  it('throws for an expired token only after the server has rejected it', () => {
    const token = new Token(new MemoryStorage());
    token.text = createToken({ sub: 'aki', exp: 1 });
    expect(token.takeForConnect()).toBe(token.text);
    token.onConnected();
    token.onFailed();
    expect(token.takeForConnect()).toBe(token.text);
    token.onFailed();
    expect(() => token.takeForConnect()).toThrow('expired');
    token.text = createToken({ sub: 'aki' });
    expect(token.takeForConnect()).toBe(token.text);
  });
});
