import { parseHash } from '../../../../src/web/lib/location-hash.ts';
import { createToken } from '../state/token-fixture.ts';

const token = createToken({ sub: 'aki' });

describe('parseHash', () => {
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
  ])('finds in %j the token %s and the room %s', (hash, expectedToken, room) => {
    expect(parseHash(hash)).toEqual({ token: expectedToken, room });
  });
});
