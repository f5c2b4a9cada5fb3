import type { User } from '../../../src/server/store/members.ts';
import { describeAction, withoutMembers } from '../../helpers/describe-action.ts';
import { findRows } from '../../helpers/rows.ts';
import { StrictTestServer } from '../../helpers/strict-test-server.ts';
import { createGatewayEvent, type Frame, type TestServer } from '../../helpers/test-server.ts';

describeAction('room limits', withoutMembers, (fixture) => {
  const join = (room: string) => ({ action: 'joinroom', room });

  it('accepts as many rooms as a connection may be in, including the default room', async () => {
    const { table } = fixture();
    const server = new StrictTestServer(table, { limits: { roomsPerConnection: 3 } });
    const id = await server.connectTo(['r1', 'r2']);
    const refusal = await server.send(id, join('r3'));
    expect(refusal).toMatchObject({ code: 'forbidden', room: 'r3' });
    expect(refusal).not.toHaveProperty('reason');
    expect(await server.send(id, join('r1'))).toMatchObject({ type: 'ack' });
    await server.request(id, { action: 'leaveroom', room: 'lobby' });
    expect(await server.send(id, join('r3'))).toMatchObject({ type: 'ack' });
    const { rooms } = await server.request(id, { action: 'listrooms' });
    expect(rooms.map(({ room }: Frame) => room)).toEqual(['r1', 'r2', 'r3']);
  });

  it('[SEC-032] accepts no room beyond the limit of 20 joins at once', async () => {
    const { table } = fixture();
    const server = new StrictTestServer(table, { limits: { roomsPerConnection: 5 } });
    const id = await server.connect();
    const rooms = Array.from({ length: 20 }, (_, index) => `at-once-${index}`);
    const replies = await Promise.all(rooms.map((room) => server.send(id, join(room))));
    expect(replies.filter(({ type }) => type === 'ack')).toHaveLength(4);
    expect(await findRows(table, 'ROOM#at-once')).toHaveLength(4);
  });

  it('accepts a room again after the connection left all rooms', async () => {
    const { table } = fixture();
    const server = new StrictTestServer(table, { limits: { roomsPerConnection: 1 } });
    const id = await server.connect();
    await server.request(id, { action: 'leaveroom', room: 'lobby' });
    await server.request(id, join('tea'));
    expect(await server.send(id, join('cake'))).toMatchObject({ code: 'forbidden' });
  });

  it('rejects a join when the room is full, until a connection leaves', async () => {
    const { table } = fixture();
    let now = Date.UTC(2026, 10, 22);
    const limits = { connectionsPerRoom: 3 };
    const server = new StrictTestServer(table, { limits, now: () => now });
    const ids = [];
    for (let count = 0; count < 3; count += 1) ids.push(await server.connectTo('full'));
    const late = await server.connect();
    const refusal = { code: 'forbidden', room: 'full', reason: 'full' };
    expect(await server.send(late, join('full'))).toMatchObject(refusal);
    expect(await server.send(ids[0] ?? '', join('full'))).toMatchObject({ type: 'ack' });

    await server.request(ids[0] ?? '', { action: 'leaveroom', room: 'full' });
    now += 60_000;
    expect(await server.send(late, join('full'))).toMatchObject({ type: 'ack' });
    expect(await server.send(await server.connect(), join('full'))).toMatchObject({
      code: 'forbidden',
    });
  });

  it('accepts a further connection of a user who is in the full room', async () => {
    const { table } = fixture();
    const server = new StrictTestServer(table, { limits: { connectionsPerRoom: 2 } });
    const key = 'renews-a-connection-in-time';
    for (const query of [{ key }, {}]) await server.connectTo('full', query);
    expect(await server.send(await server.connect(), join('full'))).toMatchObject({
      code: 'forbidden',
    });
    const renewed = await server.connect({ key });
    expect(await server.send(renewed, join('full'))).toMatchObject({ type: 'ack' });
  });

  it('accepts every connection in the default room', async () => {
    const { table } = fixture();
    const server = new StrictTestServer(table, { limits: { connectionsPerRoom: 1 } });
    const ids = await Promise.all([server.connect(), server.connect(), server.connect()]);
    // They are silent members until they join.
    for (const id of ids) await server.request(id, join('lobby'));
  });
});

describeAction('reaction limits', withoutMembers, (fixture) => {
  /** A message in a room, and its author, who reacts to it. */
  async function createMessage(room: string) {
    const { server } = fixture();
    const id = await server.connectTo(room);
    const { seq } = await server.request(id, { action: 'sendmessage', room, message: 'x' });
    const react = (emoji: string, fields: Frame = {}) =>
      server.send(id, { action: 'react', room, seq, emoji, ...fields });
    const readMessage = async () =>
      (await server.request(id, { action: 'history', room }))['messages'][0];
    return { server, react, readMessage };
  }

  const twenty = Array.from({ length: 20 }, (_, index) => `e${index}`);

  it('accepts twenty emojis on one message, and any number of users for each', async () => {
    const { server, react } = await createMessage('twenty');
    for (const emoji of twenty) expect(await react(emoji)).toMatchObject({ type: 'ack' });
    expect(await react('one more')).toMatchObject({ code: 'forbidden', retryable: false });
    const other = await server.connectTo('twenty');
    const again = { action: 'react', room: 'twenty', seq: 1, emoji: 'e7' };
    expect(await server.send(other, again)).toMatchObject({ type: 'ack' });
  });

  it('removes reactions from a message at the limit', async () => {
    const { react } = await createMessage('off');
    for (const emoji of twenty) await react(emoji);
    expect(await react('e0', { on: false })).toMatchObject({ type: 'ack' });
    expect(await react('never there', { on: false })).toMatchObject({ type: 'ack' });
  });

  it('[SEC-044] accepts no emoji beyond the limit of 40 at once', async () => {
    const { react, readMessage } = await createMessage('rush');
    const emojis = Array.from({ length: 40 }, (_, index) => `r${index}`);
    const replies = await Promise.all(emojis.map((emoji) => react(emoji)));
    expect(replies.filter(({ type }) => type === 'ack')).toHaveLength(20);
    expect(Object.keys((await readMessage()).reactions)).toHaveLength(20);
  });

  it('accepts the twentieth emoji of ten users at once', async () => {
    const { server, react } = await createMessage('twentieth');
    for (const emoji of twenty.slice(1)) await react(emoji);
    const others = await Promise.all(
      Array.from({ length: 10 }, () => server.connectTo('twentieth')),
    );
    const last = { action: 'react', room: 'twentieth', seq: 1, emoji: 'last' };
    const replies = await Promise.all(others.map((other) => server.send(other, last)));
    expect(replies.map(({ type }) => type)).toEqual(Array(10).fill('ack'));
  });

  it('acks a retry after the message has reached the limit', async () => {
    const { react } = await createMessage('again');
    const first = await react('e0', { id: 'first' });
    for (const emoji of twenty) await react(emoji);
    expect(await react('e0', { id: 'first' })).toEqual(first);
  });

  it('lists the first 300 users, so that the longest message fits into a frame', async () => {
    const { server } = fixture();
    const author: User = { userId: 'a'.repeat(255), name: '\u{1F375}'.repeat(64) };
    const text = { type: 'message', id: 'i'.repeat(64), message: '\u0001'.repeat(4096) } as const;
    const { seq } = await server.store.eventLog.append('crowd', author, text);
    for (let from = 0; from < 310; from += 31) {
      const batch = Array.from({ length: 31 }, (_, index) => from + index);
      await Promise.all(batch.map((number) => reactAsUser(server, seq, number)));
    }
    const id = await server.connectTo('crowd');
    const event = createGatewayEvent('MESSAGE', 'history', id);
    const body = JSON.stringify({ action: 'history', room: 'crowd' });
    const reply = await server.invoke({ ...event, body });
    expect(Buffer.byteLength(reply.body ?? '')).toBeLessThan(128 * 1024);
    const { messages }: Frame = JSON.parse(reply.body ?? '');
    expect(Object.values(messages[0].reactions).flat()).toHaveLength(300);
  });
});

/** Adds a reaction with the longest emoji, by one of many users with the longest ids. */
async function reactAsUser(server: TestServer, target: number, number: number): Promise<void> {
  const userId = String(number).padStart(255, 'x');
  const emoji = String(number % 20).padStart(16, '\u0001');
  const reaction = { type: 'reaction', target, emoji, on: true } as const;
  await server.store.messages.applyEvent(
    await server.store.eventLog.append('crowd', { userId, name: 'x' }, reaction),
  );
}
