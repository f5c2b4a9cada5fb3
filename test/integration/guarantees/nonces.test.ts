import { describeAction, withoutMembers } from '../../helpers/describe-action.ts';

const subscriber = {
  room: 'tea',
  connectionId: 'a=',
  userId: 'u',
  name: 'Aki',
  connectedAt: Date.now(),
  announced: true,
};

describeAction('a subscription that is written twice', withoutMembers, (fixture) => {
  it('is removed by the nonce of the last write only', async () => {
    const { members } = fixture().server.store;
    const [first, second] = [await members.add(subscriber), await members.add(subscriber)];
    expect(await members.remove(first)).toBeUndefined();
    expect(await members.forUser('tea', 'u')).toEqual([second]);
    expect(await members.remove(second)).toEqual(second);
    expect(await members.forUser('tea', 'u')).toEqual([]);
  });

  it('is removed without a nonce', async () => {
    const { members } = fixture().server.store;
    const last = [await members.add(subscriber), await members.add(subscriber)].at(-1);
    const { room, userId, connectionId } = subscriber;
    expect(await members.remove({ room, userId, connectionId })).toEqual(last);
  });
});
