import * as keys from '../../../src/server/store/keys.ts';

const userId = 'auth0|a#k~i%2F';

/** Every kind of row, with the kind of personal data in it, and whether its key has the user id. */
const rows: Record<string, { key: keys.Key; kind?: keys.PersonalDataKind; inKey?: boolean }> = {
  connectionKey: { key: keys.connectionKey('c#1='), kind: 'connection' },
  userConnectionKey: {
    key: keys.userConnectionKey(userId, 'c#1='),
    kind: 'userConnection',
    inKey: true,
  },
  subscriptionKey: {
    key: keys.subscriptionKey('tea', userId, 'c1='),
    kind: 'subscription',
    inKey: true,
  },
  counterKey: { key: keys.counterKey('tea') },
  roomFullKey: { key: keys.roomFullKey('tea') },
  pepperKey: { key: keys.pepperKey },
  logKey: { key: keys.logKey('tea', 'M', 1), kind: 'event' },
  reactionKey: { key: keys.reactionKey('tea', 1, userId, '#~'), kind: 'reaction', inKey: true },
  claimKey: { key: keys.claimKey('tea', userId, 'message', 'a1'), kind: 'claim', inKey: true },
  readMarkerKey: { key: keys.readMarkerKey(userId, 'tea'), kind: 'readMarker', inKey: true },
};

describe('classifyRow', () => {
  it.each(Object.entries(rows))('returns the kind and the user of a key by %s', (_name, row) => {
    const found = keys.classifyRow(row.key);
    expect([found?.kind, found?.userId]).toEqual([row.kind, row.inKey && userId]);
  });

  it('is tested with every kind of row', () => {
    const known = Object.keys(keys).filter((name) => name.endsWith('Key'));
    expect(Object.keys(rows).toSorted()).toEqual(known.toSorted());
  });

  it.each([
    keys.claimKey('tea', userId, 'message', 'a1'),
    keys.logKey('tea', 'E', 1),
    keys.reactionKey('tea', 1, userId, '#'),
  ])('leaves the room of $pk readable', (key) => {
    expect(keys.parseRoom(key)).toBe('tea');
  });

  it('leaves the event type of a claim readable', () => {
    const { sk } = keys.claimKey('tea', userId, 'reaction', 'a1');
    expect(keys.claimType(sk)).toBe('reaction');
  });
});
