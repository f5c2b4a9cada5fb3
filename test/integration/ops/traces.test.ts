import * as keys from '../../../src/server/store/keys.ts';

const userId = 'auth0|a#k~i%2F';

/** Every kind of row there is: what it keeps of somebody, and whether its key tells of whom. */
const rows: Record<string, { key: keys.Key; keeps?: keys.PersonalDataKind; inKey?: boolean }> = {
  connectionKey: { key: keys.connectionKey('c#1='), keeps: 'connection' },
  userConnectionKey: {
    key: keys.userConnectionKey(userId, 'c#1='),
    keeps: 'userConnection',
    inKey: true,
  },
  subscriptionKey: {
    key: keys.subscriptionKey('tea', userId, 'c1='),
    keeps: 'subscription',
    inKey: true,
  },
  counterKey: { key: keys.counterKey('tea') },
  roomFullKey: { key: keys.roomFullKey('tea') },
  pepperKey: { key: keys.pepperKey },
  logKey: { key: keys.logKey('tea', 'M', 1), keeps: 'event' },
  reactionKey: { key: keys.reactionKey('tea', 1, userId, '#~'), keeps: 'reaction', inKey: true },
  claimKey: { key: keys.claimKey('tea', userId, 'message', 'a1'), keeps: 'claim', inKey: true },
  readMarkerKey: { key: keys.readMarkerKey(userId, 'tea'), keeps: 'readMarker', inKey: true },
};

describe('the map of the table', () => {
  it.each(Object.entries(rows))('tells of a key by %s what it keeps of whom', (_name, row) => {
    const found = keys.classifyRow(row.key);
    expect([found?.kind, found?.userId]).toEqual([row.keeps, row.inKey && userId]);
  });

  it('forgets no kind of row', () => {
    const known = Object.keys(keys).filter((name) => name.endsWith('Key'));
    expect(Object.keys(rows).toSorted()).toEqual(known.toSorted());
  });

  it.each([
    keys.claimKey('tea', userId, 'message', 'a1'),
    keys.logKey('tea', 'E', 1),
    keys.reactionKey('tea', 1, userId, '#'),
  ])('tells the room of $pk', (key) => {
    expect(keys.parseRoom(key)).toBe('tea');
  });

  it('tells of a claim for which kind of event it is', () => {
    const { sk } = keys.claimKey('tea', userId, 'reaction', 'a1');
    expect(keys.claimType(sk)).toBe('reaction');
  });
});
