import { akisKey, describeAction, withTwoMembers } from '../../helpers/describe-action.ts';

const room = 'tea';
const thumb = { action: 'react', seq: 1, emoji: '👍', room };

// The tests that react shares with editmessage and deletemessage are in amendments.test.ts.
describeAction('react', withTwoMembers, (fixture) => {
  beforeEach(async () => {
    const { server, aki } = fixture();
    await server.request(aki, { action: 'sendmessage', message: 'hello', room });
    server.clearPushed();
  });

  const getUserId = async (id: string) => (await fixture().server.getUser(id)).userId;

  const readMessage = async () => {
    const { server, ben } = fixture();
    return (await server.request(ben, { action: 'history', room }))['messages'][0];
  };

  /** Reads the reactions to the room's first message: emojis and users in the order of history. */
  const readReactions = async (): Promise<[string, string[]][]> =>
    Object.entries((await readMessage()).reactions ?? {});

  it.each([
    ['on by default', {}, true],
    ['on', { on: true }, true],
    ['off', { on: false }, false],
  ])('pushes a reaction that is %s', async (_, fields, on) => {
    const { server, aki, ben } = fixture();
    const ack = await server.send(ben, { ...thumb, ...fields, id: 'b1' });
    expect(ack).toEqual({ type: 'ack', action: 'react', id: 'b1', room, seq: 2, target: 1 });
    const common = { type: 'reaction', room, seq: 2, target: 1, sentAt: expect.any(String) };
    const from = await server.getUser(ben);
    expect(server.drainPushed(aki)).toEqual([{ ...common, from, emoji: '👍', on }]);
    expect(server.drainPushed(ben)).toEqual([]);
  });

  it('accepts the reactions of every member, and changes nothing else of the message', async () => {
    const { server, aki, ben } = fixture();
    const before = await readMessage();
    await server.request(aki, thumb);
    await server.request(ben, thumb);
    const users = [await getUserId(aki), await getUserId(ben)];
    expect(await readMessage()).toEqual({ ...before, reactions: { '👍': users } });
  });

  it('counts a repeated reaction of a user once, on any connection', async () => {
    const { server, aki } = fixture();
    const laptop = await server.connectTo(room, { key: akisKey });
    for (const id of [aki, aki, laptop]) await server.request(id, thumb);
    expect(await readReactions()).toEqual([['👍', [await getUserId(aki)]]]);
  });

  it('removes the reaction of the requesting user only', async () => {
    const { server, aki, ben } = fixture();
    await server.request(aki, thumb);
    await server.request(ben, thumb);
    await server.request(aki, { ...thumb, on: false });
    expect(await readReactions()).toEqual([['👍', [await getUserId(ben)]]]);
    await server.request(ben, { ...thumb, on: false });
    expect(await readReactions()).toEqual([]);
    expect(await readMessage()).not.toHaveProperty('reactions');
  });

  it('adds a reaction again after its removal', async () => {
    const { server, aki } = fixture();
    for (const on of [true, false, true]) await server.request(aki, { ...thumb, on });
    expect(await readReactions()).toEqual([['👍', [await getUserId(aki)]]]);
  });

  it('shows nothing after the removal of a reaction that was never there', async () => {
    const { server, aki } = fixture();
    await server.request(aki, { ...thumb, on: false });
    expect(await readReactions()).toEqual([]);
  });

  it('shows emojis and users in the order of their first reactions', async () => {
    const { server, aki, ben } = fixture();
    const cleo = await server.connectTo(room);
    await server.request(ben, { ...thumb, emoji: '🎉' });
    for (const id of [cleo, aki, ben]) await server.request(id, thumb);
    await server.request(cleo, { ...thumb, emoji: '🎉' });
    await server.request(aki, { ...thumb, emoji: '🍵' });
    const [a, b, c] = [await getUserId(aki), await getUserId(ben), await getUserId(cleo)];
    expect(await readReactions()).toEqual([
      ['🎉', [b, c]],
      ['👍', [c, a, b]],
      ['🍵', [a]],
    ]);
  });

  it('keeps the place of a reaction that is repeated', async () => {
    const { server, aki, ben } = fixture();
    for (const id of [aki, ben, aki]) await server.request(id, thumb);
    expect(await readReactions()).toEqual([['👍', [await getUserId(aki), await getUserId(ben)]]]);
  });

  it('moves a reaction to the end after its removal', async () => {
    const { server, aki, ben } = fixture();
    for (const id of [aki, ben]) await server.request(id, thumb);
    for (const on of [false, true]) await server.request(aki, { ...thumb, on });
    expect(await readReactions()).toEqual([['👍', [await getUserId(ben), await getUserId(aki)]]]);
  });

  const odd = ['#', '~', '__proto__', 'constructor', 'toString', '%', ' ', '42', 'x'.repeat(16)];
  const sequences = ['🇯🇵', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '👩‍👩‍👧', '❤️', '👍🏽', '#️⃣', '\u00e9', 'e\u0301'];

  it.each([...odd, ...sequences])('accepts %j as an emoji', async (emoji) => {
    const { server, aki, ben } = fixture();
    await server.request(aki, { ...thumb, emoji });
    await server.request(ben, { ...thumb, emoji });
    const users = [await getUserId(aki), await getUserId(ben)];
    expect(await readReactions()).toEqual([[emoji, users]]);
    expect(server.drainPushed(ben)).toMatchObject([{ type: 'reaction', emoji }]);
    await server.request(aki, { ...thumb, emoji, on: false });
    expect(await readReactions()).toEqual([[emoji, users.slice(1)]]);
  });

  it('keeps all odd emojis apart', async () => {
    const { server, aki } = fixture();
    for (const emoji of [...odd, ...sequences]) await server.request(aki, { ...thumb, emoji });
    const shown = (await readReactions()).map(([emoji]) => emoji);
    expect(shown.toSorted()).toEqual([...odd, ...sequences].toSorted());
  });

  it.each(['', 'x'.repeat(17)])('rejects %j as an emoji', async (emoji) => {
    const { server, aki } = fixture();
    expect(await server.send(aki, { ...thumb, emoji })).toMatchObject({
      code: 'invalid',
      details: [{ path: '/emoji' }],
    });
  });
});
