import { describeAction, withoutMembers } from '../../helpers/describe-action.ts';

describeAction('identity', withoutMembers, (fixture) => {
  it('[SEC-021] returns what events of the connection carry as `from`', async () => {
    const { server } = fixture();
    const [aki, ben] = [
      await server.connectTo('tea', { name: 'Aki' }),
      await server.connectTo('tea'),
    ];
    server.clearPushed();
    const { userId, name } = await server.request(aki, { action: 'identity' });
    await server.request(aki, { action: 'sendmessage', room: 'tea', message: 'hello' });
    expect(name).toBe('Aki');
    expect(server.drainPushed(ben)).toMatchObject([{ from: { userId, name } }]);
  });

  it('returns the same user id for the same key on every connection', async () => {
    const { server } = fixture();
    const key = 'kept-by-the-client-0001';
    const [phone, laptop] = [await server.connect({ key }), await server.connect({ key })];
    const { userId } = await server.request(phone, { action: 'identity' });
    expect(await server.request(laptop, { action: 'identity' })).toMatchObject({ userId });
  });
});
