import { parseHash } from '../../../../src/web/lib/location-hash.ts';
import { SavedState } from '../../../../src/web/state/saved-state.ts';
import { parseClaims, parseToken, Token } from '../../../../src/web/state/token.ts';

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token that says this of itself. */
const tokenWith = (payload: unknown) => `${base64url({ alg: 'ES256' })}.${base64url(payload)}.c2ln`;

function createStorage() {
  const stored = new Map<string, string>();
  return {
    kept: stored,
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
  };
}

describe('an address', () => {
  const token = tokenWith({ sub: 'aki' });

  it.each([
    ['#tea', undefined, 'tea'],
    ['#Green Tea', undefined, 'green-tea'],
    ['', undefined, undefined],
    ['#%', undefined, undefined],
    [`#token=${token}`, token, undefined],
    [`#token=${token}&room=tea`, token, 'tea'],
    [`#room=tea&token=${token}`, token, 'tea'],
    [`#token=${token}&room=No+room!`, token, undefined],
    ['#token=', '', undefined],
    ['#token', '', undefined],
    ['#token=%', '%', undefined],
  ])('that ends in %s brings the token %s and leads to the room %s', (hash, token, room) => {
    expect(parseHash(hash)).toEqual({ token: token, room });
  });
});

describe('a token', () => {
  it.each([
    [' a.b-_.c\n', 'a.b-_.c'],
    ['a.b', undefined],
    ['a.b.c.d', undefined],
    ['a.b.', undefined],
    ['a.b.c, kaiwa.v1', undefined],
    ['a.b.ç', undefined],
    ['', undefined],
  ])('is understood where somebody writes %j: %s', (written, expected) => {
    expect(parseToken(written)).toBe(expected);
  });

  it('is read as far as that can be done', () => {
    const claims = { sub: 'aki>>>???', exp: 1_800_000_000, name: '秋' };
    expect(tokenWith(claims)).toMatch(/[-_]/);
    expect(parseClaims(tokenWith(claims))).toEqual({
      sub: claims.sub,
      expiresAt: 1_800_000_000_000,
    });
    const unknownClaims = { sub: '', expiresAt: Number.POSITIVE_INFINITY };
    const unreadable = [
      '',
      'x',
      'a.b.c',
      'a.%.c',
      tokenWith(null),
      tokenWith('aki'),
      tokenWith([1]),
    ];
    for (const token of [...unreadable, tokenWith({ sub: 1, exp: 'soon' })]) {
      expect([token, parseClaims(token)]).toEqual([token, unknownClaims]);
    }
  });

  it('is kept under one name, and forgotten', () => {
    const tabStorage = createStorage();
    const token = new Token(tabStorage);
    expect([token.text, token.userId]).toEqual([undefined, '']);
    token.text = tokenWith({ sub: 'aki' });
    expect([...tabStorage.kept.keys()]).toEqual(['kaiwa.token']);
    expect(new Token(tabStorage).text).toBe(token.text);
    expect(token.userId).toBe('aki');
    token.text = '';
    expect([token.text, [...tabStorage.kept.values()]]).toEqual([undefined, ['']]);
  });
});

describe('what may be wrong with a token', () => {
  let now: number;
  let token: Token;

  beforeEach(() => {
    now = Date.UTC(2026, 10, 22);
    token = new Token(createStorage(), () => now);
    token.text = tokenWith({ sub: 'aki', exp: now / 1_000 + 60 });
  });

  it('is not known before it was tried', () => {
    expect(token.problem).toBeUndefined();
    token.onFailed();
    expect(token.problem).toBeUndefined();
    token.takeForConnect();
    expect(token.problem).toBeUndefined();
  });

  it('is doubtful where no connection was ever made by it, also while it is tried again', () => {
    token.takeForConnect();
    token.onFailed();
    expect(token.problem).toBe('unverified');
    token.takeForConnect();
    expect(token.problem).toBe('unverified');
    token.onConnected();
    expect(token.problem).toBeUndefined();
  });

  it('is not told by connections that are lost, nor by tries to get another one', () => {
    token.takeForConnect();
    token.onConnected();
    token.onFailed();
    token.takeForConnect();
    token.onFailed();
    expect(token.problem).toBeUndefined();
  });

  it('is not told by what became of the token before', () => {
    token.takeForConnect();
    token.text = tokenWith({ sub: 'aki', exp: now / 1_000 + 90 });
    token.onFailed();
    expect(token.problem).toBeUndefined();
    token.takeForConnect();
    token.onFailed();
    expect(token.problem).toBe('unverified');
  });

  it('is told at once where it has expired', () => {
    now += 60_000;
    expect(token.problem).toBe('expired');
  });
});

describe('an expired token', () => {
  it('is shown until it was refused, since this clock may be wrong, and then no more', () => {
    const token = new Token(createStorage());
    token.text = tokenWith({ sub: 'aki', exp: 1 });
    expect(token.takeForConnect()).toBe(token.text);
    token.onConnected();
    token.onFailed();
    expect(token.takeForConnect()).toBe(token.text);
    token.onFailed();
    expect(() => token.takeForConnect()).toThrow('expired');
    token.text = tokenWith({ sub: 'aki' });
    expect(token.takeForConnect()).toBe(token.text);
  });
});

describe('what is remembered of a person with a token', () => {
  it('is nobody else’s', () => {
    const [persistentStorage, tabStorage] = [createStorage(), createStorage()];
    const [aki, ben] = ['aki', 'ben'].map(
      (sub) => new SavedState(persistentStorage, tabStorage, sub),
    );
    if (!aki || !ben) throw new Error('Somebody is missing.');
    aki.name = 'Aki';
    aki.addRoom('tea');
    aki.saveDraft('lobby', { text: 'I am', drafts: [] });
    expect([ben.name, ben.rooms, ben.getDraft('lobby').text]).toEqual([undefined, ['lobby'], '']);
    const restored = new SavedState(persistentStorage, tabStorage, 'aki');
    expect([restored.name, restored.rooms]).toEqual(['Aki', ['lobby', 'tea']]);
    expect(restored.getDraft('lobby').text).toBe('I am');
  });
});
