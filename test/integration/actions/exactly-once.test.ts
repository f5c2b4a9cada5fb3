import {
  type ActionFixture,
  akisKey,
  describeAction,
  withTwoMembers,
} from '../../helpers/describe-action.ts';
import type { Frame } from '../../helpers/test-server.ts';

const room = 'tea';
const id = 'the-same-id';

const requests: [string, Frame][] = [
  ['sendmessage', { message: 'once' }],
  ['sendmessage', { message: 'once', replyTo: 1 }],
  ['editmessage', { seq: 1, message: 'once' }],
  ['deletemessage', { seq: 1 }],
  ['react', { seq: 1, emoji: '👍' }],
];

const hello = { action: 'sendmessage', id, message: 'hello', room };
const edit = { action: 'editmessage', id, seq: 1, message: 'edited', room };
const react = { action: 'react', id, seq: 1, emoji: '👍', room };

/** Starts the tests with a message of Aki, who has two connections. */
async function withLaptop(fixture: ActionFixture) {
  const { server } = fixture;
  const { aki, ben } = await withTwoMembers(fixture);
  const laptop = await server.connectTo(room, { key: akisKey });
  await server.request(aki, { action: 'sendmessage', message: 'first', room });
  server.clearPushed();
  return { aki, ben, laptop };
}

describeAction('retry by id', withLaptop, (fixture) => {
  /** Reads the durable events after the first message of `tea`, or those of another room. */
  async function readEvents(inRoom = room): Promise<Frame[]> {
    const { server, ben } = fixture();
    const after = inRoom === room ? 1 : 0;
    return (await server.request(ben, { action: 'joinroom', room: inRoom, after }))['events'];
  }

  async function readHistory(): Promise<Frame[]> {
    const { server, ben } = fixture();
    return (await server.request(ben, { action: 'history', room }))['messages'];
  }

  describe.each(requests)('of %s with %j', (action, fields) => {
    const request = { action, id, room, ...fields };

    it('[SEC-043] returns the same ack on any connection and changes nothing', async () => {
      const { server, aki, laptop } = fixture();
      const ack = await server.request(aki, request);
      const [event, messages] = [await readEvents(), await readHistory()];
      expect(event).toHaveLength(1);
      expect(await server.send(aki, request)).toEqual(ack);
      expect(await server.send(laptop, request)).toEqual(ack);
      const later = await server.connectTo(room, { key: akisKey });
      expect(await server.send(later, request)).toEqual(ack);
      expect([await readEvents(), await readHistory()]).toEqual([event, messages]);
    });

    it('pushes nothing but the first event', async () => {
      const { server, aki, laptop, ben } = fixture();
      for (const connection of [aki, aki, laptop]) await server.request(connection, request);
      const [event] = await readEvents();
      const pushed = server.drainPushed(ben);
      expect(pushed.length).toBeGreaterThanOrEqual(1);
      expect(pushed).toEqual(pushed.map(() => event));
    });

    it('takes effect once if sent eight times at once', async () => {
      const { server, aki, laptop } = fixture();
      const connections = [aki, laptop, aki, laptop, aki, laptop, aki, laptop];
      const acks = await Promise.all(
        connections.map((connection) => server.request(connection, request)),
      );
      expect(new Set(acks.map((ack) => JSON.stringify(ack))).size).toBe(1);
      expect(await readEvents()).toMatchObject([{ seq: acks[0]?.['seq'] }]);
    });
  });

  it('keeps the same id of two users apart', async () => {
    const { server, aki, ben } = fixture();
    const [mine, theirs] = [await server.request(aki, hello), await server.request(ben, hello)];
    expect(theirs['seq']).not.toBe(mine['seq']);
    expect(await server.request(aki, hello)).toEqual(mine);
    expect(await server.request(ben, hello)).toEqual(theirs);
    const [a, b] = [await server.getUser(aki), await server.getUser(ben)];
    expect(await readEvents()).toMatchObject([
      { id, from: a },
      { id, from: b },
    ]);
  });

  it('keeps the same id of two users apart for reactions to one message', async () => {
    const { server, aki, ben } = fixture();
    const acks = [await server.request(aki, react), await server.request(ben, react)];
    expect(acks.map(({ seq }) => seq)).toEqual([2, 3]);
    const users = [(await server.getUser(aki)).userId, (await server.getUser(ben)).userId];
    expect(await readHistory()).toMatchObject([{ reactions: { '👍': users } }]);
  });

  it('[SEC-042] rejects a user who repeats another user’s edit by its id', async () => {
    const { server, aki, ben } = fixture();
    await server.request(aki, edit);
    expect(await server.send(ben, edit)).toMatchObject({ code: 'forbidden' });
  });

  it('sends two messages with one id in two rooms', async () => {
    const { server, aki, ben } = fixture();
    for (const connection of [aki, ben]) {
      await server.request(connection, { action: 'joinroom', room: 'cake' });
    }
    const cake = { ...hello, room: 'cake' };
    const acks = [await server.request(aki, hello), await server.request(aki, cake)];
    expect(acks).toMatchObject([{ room }, { room: 'cake', seq: 1 }]);
    expect(await server.request(aki, cake)).toEqual(acks[1]);
    expect([await readEvents(), await readEvents('cake')]).toMatchObject([
      [{ id }],
      [{ id, room: 'cake' }],
    ]);
  });

  it('keeps the first content of an id', async () => {
    const { server, aki } = fixture();
    const ack = await server.request(aki, hello);
    expect(await server.request(aki, { ...hello, message: 'something else' })).toEqual(ack);
    expect(await readEvents()).toMatchObject([{ message: 'hello' }]);
  });

  it('sends two messages without an id', async () => {
    const { server, aki } = fixture();
    const { id: _, ...plain } = hello;
    const acks = [await server.request(aki, plain), await server.request(aki, plain)];
    expect(acks.map(({ seq }) => seq)).toEqual([2, 3]);
    expect(await readEvents()).toHaveLength(2);
  });

  it('does not restore an older edit', async () => {
    const { server, aki } = fixture();
    const ack = await server.request(aki, edit);
    await server.request(aki, { ...edit, id: 'another', message: 'edited again' });
    expect(await server.request(aki, edit)).toEqual(ack);
    expect(await readHistory()).toMatchObject([{ message: 'edited again' }]);
  });

  it('does not restore a removed reaction', async () => {
    const { server, aki } = fixture();
    const ack = await server.request(aki, react);
    await server.request(aki, { ...react, id: 'another', on: false });
    expect(await server.request(aki, react)).toEqual(ack);
    expect((await readHistory())[0]).not.toHaveProperty('reactions');
  });

  it.each([
    ['editmessage', edit],
    ['react', react],
    ['a reply', { ...hello, replyTo: 1 }],
  ])('returns the ack of %s after the message is deleted', async (_, request) => {
    const { server, aki } = fixture();
    const ack = await server.request(aki, request);
    await server.request(aki, { action: 'deletemessage', id: 'gone', seq: 1, room });
    expect(await server.send(aki, request)).toEqual(ack);
    expect((await readHistory())[0]).toMatchObject({ message: '', deletedAt: expect.any(String) });
  });
});
