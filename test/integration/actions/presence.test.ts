import { akisKey, describeAction, withoutMembers } from '../../helpers/describe-action.ts';

const join = { action: 'joinroom', room: 'tea' };
const leave = { action: 'leaveroom', room: 'tea' };
const joinLobby = { ...join, room: 'lobby' };
const leaveLobby = { ...leave, room: 'lobby' };

describeAction('presence', withoutMembers, (fixture) => {
  /** Returns the types of the frames that a connection received since the last call. */
  const drainTypes = (id: string) =>
    fixture()
      .server.drainPushed(id)
      .map(({ type }) => type);

  const leaveOn = (id: string, room = 'tea') => fixture().server.request(id, { ...leave, room });

  const disconnect = (id: string) => fixture().server.disconnect(id);

  const ends = { leaveroom: leaveOn, $disconnect: disconnect };

  it('pushes `joined` and `left` to the other members only', async () => {
    const { server } = fixture();
    const [ben, cleo] = [await server.connectTo('tea'), await server.connectTo('cake')];
    const aki = await server.connectTo('tea', { name: 'Aki' });
    const from = await server.getUser(aki);
    expect(server.drainPushed(ben)).toEqual([{ type: 'joined', room: 'tea', from }]);
    await server.request(aki, leave);
    expect(server.drainPushed(ben)).toEqual([{ type: 'left', room: 'tea', from }]);
    expect([server.drainPushed(aki), server.drainPushed(cleo)]).toEqual([[], []]);
  });

  it.each([
    ['leaveroom', 'leaveroom'],
    ['$disconnect', '$disconnect'],
    ['leaveroom', '$disconnect'],
    ['$disconnect', 'leaveroom'],
  ] as const)(
    'announces a user on two connections once, ended by %s and %s',
    async (first, second) => {
      const { server } = fixture();
      const ben = await server.connectTo('tea');
      const [phone, laptop] = [
        await server.connectTo('tea', { key: akisKey }),
        await server.connectTo('tea', { key: akisKey }),
      ];
      expect(drainTypes(ben)).toEqual(['joined']);
      await ends[first](phone);
      expect(drainTypes(ben)).toEqual([]);
      await ends[second](laptop);
      expect(drainTypes(ben)).toEqual(['left']);
    },
  );

  it('announces a user again who comes back', async () => {
    const { server } = fixture();
    const [ben, aki] = [await server.connectTo('tea'), await server.connectTo('tea')];
    await server.request(aki, leave);
    await server.request(aki, join);
    await server.disconnect(aki);
    expect(drainTypes(ben)).toEqual(['joined', 'left', 'joined', 'left']);
  });

  it('announces a disconnect in every room of the user, and in no other', async () => {
    const { server } = fixture();
    const [tea, cake] = [await server.connectTo('tea'), await server.connectTo('cake')];
    const [aki, pie] = [await server.connectTo(['tea', 'cake']), await server.connectTo('pie')];
    server.clearPushed();
    await server.disconnect(aki);
    expect(server.drainPushed(tea)).toMatchObject([{ type: 'left', room: 'tea' }]);
    expect(server.drainPushed(cake)).toMatchObject([{ type: 'left', room: 'cake' }]);
    expect(drainTypes(pie)).toEqual([]);
  });

  it('announces nothing in the lobby for connections that joined it by connecting', async () => {
    const { server } = fixture();
    const ben = await server.connectTo('lobby');
    const [aki, cleo] = [await server.connect(), await server.connect()];
    await server.disconnect(aki);
    await server.request(cleo, leaveLobby);
    expect(drainTypes(ben)).toEqual([]);
  });

  it.each(['leaveroom', '$disconnect'] as const)(
    'announces a joinroom of the lobby, and its end by %s',
    async (end) => {
      const { server } = fixture();
      const [ben, aki] = [await server.connect(), await server.connect({ name: 'Aki' })];
      const from = await server.getUser(aki);
      await server.request(aki, joinLobby);
      expect(server.drainPushed(ben)).toEqual([{ type: 'joined', room: 'lobby', from }]);
      await ends[end](aki, 'lobby');
      expect(server.drainPushed(ben)).toEqual([{ type: 'left', room: 'lobby', from }]);
    },
  );

  it('announces `left` in the lobby after the last announced connection, despite a silent one', async () => {
    const { server } = fixture();
    const ben = await server.connect();
    const [silent, loud] = [
      await server.connect({ key: akisKey }),
      await server.connect({ key: akisKey }),
    ];
    await server.request(loud, joinLobby);
    expect(drainTypes(ben)).toEqual(['joined']);
    await server.disconnect(loud);
    expect(drainTypes(ben)).toEqual(['left']);
    await server.disconnect(silent);
    expect(drainTypes(ben)).toEqual([]);
  });

  it('announces nothing in the lobby when a silent connection ends before the announced one', async () => {
    const { server } = fixture();
    const ben = await server.connect();
    const [silent, loud] = [
      await server.connect({ key: akisKey }),
      await server.connect({ key: akisKey }),
    ];
    await server.request(loud, joinLobby);
    await server.disconnect(silent);
    expect(drainTypes(ben)).toEqual(['joined']);
    await server.request(loud, leaveLobby);
    expect(drainTypes(ben)).toEqual(['left']);
  });

  it('announces the end of a connection whose id a new connection gets', async () => {
    const { server } = fixture();
    const [ben, aki] = [await server.connectTo('tea'), await server.connectTo('tea')];
    const from = await server.getUser(aki);
    server.clearPushed();
    expect(await server.tryConnect({}, aki)).toBe(200);
    expect(server.drainPushed(ben)).toEqual([{ type: 'left', room: 'tea', from }]);
  });
});
