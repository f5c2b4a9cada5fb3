import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { StrictTestServer } from '../../helpers/strict-test-server.ts';
import type { Frame } from '../../helpers/test-server.ts';

let table: TestTable;
let server: StrictTestServer;
let aki: string;
let laptop: string;
let ben: string;

beforeEach(async () => {
  table = await openTestTable();
  server = new StrictTestServer(table);
  [aki, laptop] = [await server.connectTo(room, { key }), await server.connectTo(room, { key })];
  ben = await server.connectTo(room);
  await server.request(aki, { action: 'sendmessage', message: 'first', room });
  server.clearPushed();
});
afterEach(() => table.close());

const key = 'one-person-on-two-connections';
const room = 'tea';
const id = 'the-same-id';

const requests: [string, Frame][] = [
  ['sendmessage', { message: 'once' }],
  ['sendmessage', { message: 'once', replyTo: 1 }],
  ['editmessage', { seq: 1, message: 'once' }],
  ['deletemessage', { seq: 1 }],
  ['react', { seq: 1, emoji: '👍' }],
];

/** The durable events behind the first message. */
async function events(inRoom = room): Promise<Frame[]> {
  const after = inRoom === room ? 1 : 0;
  return (await server.request(ben, { action: 'joinroom', room: inRoom, after }))['events'];
}

async function history(): Promise<Frame[]> {
  return (await server.request(ben, { action: 'history', room }))['messages'];
}

describe.each(requests)('%s with %j, sent again with its id', (action, fields) => {
  const request = { action, id, room, ...fields };

  it('gives the same ack and changes nothing, on whatever connection', async () => {
    const ack = await server.request(aki, request);
    const [event, messages] = [await events(), await history()];
    expect(event).toHaveLength(1);
    expect(await server.send(aki, request)).toEqual(ack);
    expect(await server.send(laptop, request)).toEqual(ack);
    const later = await server.connectTo(room, { key });
    expect(await server.send(later, request)).toEqual(ack);
    expect([await events(), await history()]).toEqual([event, messages]);
  });

  it('tells nobody anything else than the first time', async () => {
    for (const connection of [aki, aki, laptop]) await server.request(connection, request);
    const [event] = await events();
    const told = server.drainPushed(ben);
    expect(told.length).toBeGreaterThanOrEqual(1);
    expect(told).toEqual(told.map(() => event));
  });

  it('takes effect once, though sent many times at once', async () => {
    const connections = [aki, laptop, aki, laptop, aki, laptop, aki, laptop];
    const acks = await Promise.all(connections.map((each) => server.request(each, request)));
    expect(new Set(acks.map((ack) => JSON.stringify(ack))).size).toBe(1);
    expect(await events()).toMatchObject([{ seq: acks[0]?.['seq'] }]);
  });
});

describe('an id', () => {
  const hello = { action: 'sendmessage', id, message: 'hello', room };
  const edit = { action: 'editmessage', id, seq: 1, message: 'edited', room };
  const react = { action: 'react', id, seq: 1, emoji: '👍', room };

  it('may be another person’s, too', async () => {
    const [mine, theirs] = [await server.request(aki, hello), await server.request(ben, hello)];
    expect(theirs['seq']).not.toBe(mine['seq']);
    expect(await server.request(aki, hello)).toEqual(mine);
    expect(await server.request(ben, hello)).toEqual(theirs);
    const [a, b] = [await server.getUser(aki), await server.getUser(ben)];
    expect(await events()).toMatchObject([
      { id, from: a },
      { id, from: b },
    ]);
  });

  it('may be another person’s, too, for a reaction to the same message', async () => {
    const acks = [await server.request(aki, react), await server.request(ben, react)];
    expect(acks.map(({ seq }) => seq)).toEqual([2, 3]);
    const people = [(await server.getUser(aki)).userId, (await server.getUser(ben)).userId];
    expect(await history()).toMatchObject([{ reactions: { '👍': people } }]);
  });

  it('does not let one take over another’s message by its id', async () => {
    await server.request(aki, edit);
    expect(await server.send(ben, edit)).toMatchObject({ code: 'forbidden' });
  });

  it('makes two messages in two rooms', async () => {
    for (const connection of [aki, ben]) {
      await server.request(connection, { action: 'joinroom', room: 'cake' });
    }
    const cake = { ...hello, room: 'cake' };
    const acks = [await server.request(aki, hello), await server.request(aki, cake)];
    expect(acks).toMatchObject([{ room }, { room: 'cake', seq: 1 }]);
    expect(await server.request(aki, cake)).toEqual(acks[1]);
    expect([await events(), await events('cake')]).toMatchObject([
      [{ id }],
      [{ id, room: 'cake' }],
    ]);
  });

  it('stands for what was said with it first', async () => {
    const ack = await server.request(aki, hello);
    expect(await server.request(aki, { ...hello, message: 'something else' })).toEqual(ack);
    expect(await events()).toMatchObject([{ message: 'hello' }]);
  });

  it('is not needed: without one, twice is two messages', async () => {
    const { id: _, ...plain } = hello;
    const acks = [await server.request(aki, plain), await server.request(aki, plain)];
    expect(acks.map(({ seq }) => seq)).toEqual([2, 3]);
    expect(await events()).toHaveLength(2);
  });

  it('does not bring an older edit back', async () => {
    const ack = await server.request(aki, edit);
    await server.request(aki, { ...edit, id: 'another', message: 'edited again' });
    expect(await server.request(aki, edit)).toEqual(ack);
    expect(await history()).toMatchObject([{ message: 'edited again' }]);
  });

  it('does not bring a reaction back that was taken off', async () => {
    const ack = await server.request(aki, react);
    await server.request(aki, { ...react, id: 'another', on: false });
    expect(await server.request(aki, react)).toEqual(ack);
    expect((await history())[0]).not.toHaveProperty('reactions');
  });

  it.each([
    ['editmessage', edit],
    ['react', react],
    ['a reply', { ...hello, replyTo: 1 }],
  ])('gives %s its ack, though the message is deleted now', async (_, request) => {
    const ack = await server.request(aki, request);
    await server.request(aki, { action: 'deletemessage', id: 'gone', seq: 1, room });
    expect(await server.send(aki, request)).toEqual(ack);
    expect((await history())[0]).toMatchObject({ message: '', deletedAt: expect.any(String) });
  });
});
