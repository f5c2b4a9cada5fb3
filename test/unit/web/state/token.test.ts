import { broughtBy } from '../../../../src/web/lib/location-hash.ts';
import { Memory } from '../../../../src/web/state/saved-state.ts';
import { claimsOf, Token, tokenFrom } from '../../../../src/web/state/token.ts';

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token that says this of itself. */
const saying = (payload: unknown) => `${base64url({ alg: 'ES256' })}.${base64url(payload)}.c2ln`;

function storage() {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
}

describe('an address', () => {
  const token = saying({ sub: 'aki' });

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
  ])('that ends in %s brings the token %s and leads to the room %s', (hash, brought, room) => {
    expect(broughtBy(hash)).toEqual({ token: brought, room });
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
  ])('is understood where somebody writes %j: %s', (written, meant) => {
    expect(tokenFrom(written)).toBe(meant);
  });

  it('is read as far as that can be done', () => {
    const claims = { sub: 'aki>>>???', exp: 1_800_000_000, name: '秋' };
    expect(saying(claims)).toMatch(/[-_]/);
    expect(claimsOf(saying(claims))).toEqual({
      sub: claims.sub,
      expiresAt: 1_800_000_000_000,
    });
    const nothing = { sub: '', expiresAt: Number.POSITIVE_INFINITY };
    const unread = ['', 'x', 'a.b.c', 'a.%.c', saying(null), saying('aki'), saying([1])];
    for (const token of [...unread, saying({ sub: 1, exp: 'soon' })]) {
      expect([token, claimsOf(token)]).toEqual([token, nothing]);
    }
  });

  it('is kept under one name, and forgotten', () => {
    const ofTab = storage();
    const token = new Token(ofTab);
    expect([token.text, token.person]).toEqual([undefined, '']);
    token.text = saying({ sub: 'aki' });
    expect([...ofTab.kept.keys()]).toEqual(['kaiwa.token']);
    expect(new Token(ofTab).text).toBe(token.text);
    expect(token.person).toBe('aki');
    token.text = '';
    expect([token.text, [...ofTab.kept.values()]]).toEqual([undefined, ['']]);
  });
});

describe('what may be wrong with a token', () => {
  let now: number;
  let token: Token;

  beforeEach(() => {
    now = Date.UTC(2026, 10, 22);
    token = new Token(storage(), () => now);
    token.text = saying({ sub: 'aki', exp: now / 1_000 + 60 });
  });

  it('is not known before it was tried', () => {
    expect(token.trouble).toBeUndefined();
    token.failed();
    expect(token.trouble).toBeUndefined();
    token.show();
    expect(token.trouble).toBeUndefined();
  });

  it('is doubtful where no connection was ever made by it, also while it is tried again', () => {
    token.show();
    token.failed();
    expect(token.trouble).toBe('doubtful');
    token.show();
    expect(token.trouble).toBe('doubtful');
    token.succeeded();
    expect(token.trouble).toBeUndefined();
  });

  it('is not told by connections that are lost, nor by tries to get another one', () => {
    token.show();
    token.succeeded();
    token.failed();
    token.show();
    token.failed();
    expect(token.trouble).toBeUndefined();
  });

  it('is not told by what became of the token before', () => {
    token.show();
    token.text = saying({ sub: 'aki', exp: now / 1_000 + 90 });
    token.failed();
    expect(token.trouble).toBeUndefined();
    token.show();
    token.failed();
    expect(token.trouble).toBe('doubtful');
  });

  it('is told at once where it has expired', () => {
    now += 60_000;
    expect(token.trouble).toBe('expired');
  });
});

describe('an expired token', () => {
  it('is shown until it was refused, since this clock may be wrong, and then no more', () => {
    const token = new Token(storage());
    token.text = saying({ sub: 'aki', exp: 1 });
    expect(token.show()).toBe(token.text);
    token.succeeded();
    token.failed();
    expect(token.show()).toBe(token.text);
    token.failed();
    expect(() => token.show()).toThrow('expired');
    token.text = saying({ sub: 'aki' });
    expect(token.show()).toBe(token.text);
  });
});

describe('what is remembered of a person with a token', () => {
  it('is nobody else’s', () => {
    const [lasting, ofTab] = [storage(), storage()];
    const [aki, ben] = ['aki', 'ben'].map((sub) => new Memory(lasting, ofTab, sub));
    if (!aki || !ben) throw new Error('Somebody is missing.');
    aki.name = 'Aki';
    aki.join('tea');
    aki.keep('lobby', { text: 'I am', drafts: [] });
    expect([ben.name, ben.rooms, ben.unsent('lobby').text]).toEqual([undefined, ['lobby'], '']);
    const again = new Memory(lasting, ofTab, 'aki');
    expect([again.name, again.rooms]).toEqual(['Aki', ['lobby', 'tea']]);
    expect(again.unsent('lobby').text).toBe('I am');
  });
});
