import type { Action, EventType } from '../../../schemas/index.ts';
import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { findRows } from '../../helpers/rows.ts';
import { StrictTestServer } from '../../helpers/strict-test-server.ts';
import type { Frame } from '../../helpers/test-server.ts';

let table: TestTable;

beforeEach(async () => {
  table = await openTestTable();
});
afterEach(() => table.close());

/** Two rooms with members in common, one message in each; `phone` and `laptop` are one person. */
async function createTown() {
  const server = new StrictTestServer(table);
  const key = 'one-person-on-two-connections';
  const ids = {
    phone: await server.connectTo('tea', { key }),
    laptop: await server.connectTo('tea', { key }),
    ben: await server.connectTo('tea'),
    both: await server.connectTo(['tea', 'cake']),
    cake: await server.connectTo('cake'),
    lobby: await server.connect(),
  };
  await server.request(ids.phone, { action: 'sendmessage', message: 'first', room: 'tea' });
  await server.request(ids.cake, { action: 'sendmessage', message: 'first', room: 'cake' });
  server.clearPushed();
  /** Who was told since, of what. */
  const told = () =>
    Object.fromEntries(
      Object.entries(ids).map(([name, id]) => [
        name,
        server.drainPushed(id).map(({ type, room }) => `${type} in ${room}`),
      ]),
    );
  return { world: server, ids, told };
}

type Who = keyof Awaited<ReturnType<typeof createTown>>['ids'];

const causes: Record<EventType, readonly [who: Who, request: Frame]> = {
  message: ['phone', { action: 'sendmessage', message: 'hello' }],
  edited: ['phone', { action: 'editmessage', seq: 1, message: 'hello there' }],
  deleted: ['phone', { action: 'deletemessage', seq: 1 }],
  reaction: ['phone', { action: 'react', seq: 1, emoji: '👍' }],
  typing: ['phone', { action: 'typing', typing: true }],
  read: ['phone', { action: 'markread', seq: 1 }],
  joined: ['lobby', { action: 'joinroom' }],
  left: ['ben', { action: 'leaveroom' }],
};

/** The actions that are about no room, or one that one need not be in. */
type Outside = 'authenticate' | 'identity' | 'joinroom' | 'listrooms' | 'ping';

/** A valid request of every action that is about a room one must be in. */
const inside: Record<Exclude<Action, Outside>, Frame> = {
  deletemessage: { seq: 1 },
  editmessage: { seq: 1, message: 'hello' },
  history: {},
  leaveroom: {},
  markread: { seq: 1 },
  members: {},
  react: { seq: 1, emoji: '👍' },
  sendmessage: { message: 'hello' },
  typing: { typing: true },
};

const unknownTo: Record<Exclude<Action, 'ping'>, Frame> = {
  ...inside,
  authenticate: { token: 'any' },
  identity: {},
  joinroom: { room: 'tea' },
  leaveroom: { room: 'lobby' },
  listrooms: {},
};

describe('a room', () => {
  it.each(Object.entries(causes))(
    'tells of “%s” its members alone, each connection but the one that caused it',
    async (type, [who, request]) => {
      const { world: server, ids, told } = await createTown();
      await server.request(ids[who], { ...request, room: 'tea' });
      const once = [`${type} in tea`];
      const all = { phone: once, laptop: once, ben: once, both: once, cake: [], lobby: [] };
      expect(told()).toEqual({ ...all, [who]: [] });
    },
  );

  it('numbers its events apart from other rooms', async () => {
    const { world: server, ids } = await createTown();
    const send = (room: string) =>
      server.request(ids.both, { action: 'sendmessage', message: 'x', room });
    const acks = [await send('tea'), await send('cake'), await send('lobby'), await send('tea')];
    expect(acks.map(({ room, seq }) => [room, seq])).toEqual([
      ['tea', 2],
      ['cake', 2],
      ['lobby', 1],
      ['tea', 3],
    ]);
  });

  it.each(Object.entries(inside))(
    'takes no %s from outside, and changes nothing',
    async (action, fields) => {
      const { world: server, ids, told } = await createTown();
      const before = await findRows(table, '');
      const error = await server.send(ids.cake, { action, id: 'a1', room: 'tea', ...fields });
      expect(error).toMatchObject({
        type: 'error',
        action,
        id: 'a1',
        code: 'not_member',
        retryable: false,
      });
      expect(Object.values(told()).flat()).toEqual([]);
      expect(await findRows(table, '')).toEqual(before);
    },
  );
});

describe('an unknown connection', () => {
  it.each(Object.entries(unknownTo))('is unauthenticated for %s', async (action, fields) => {
    const server = new StrictTestServer(table);
    const error = await server.send('unknown=', { action, ...fields });
    expect(error).toMatchObject({
      type: 'error',
      action,
      code: 'unauthenticated',
      retryable: false,
    });
    expect(await findRows(table, '')).toEqual([]);
  });

  it('is what one becomes by disconnecting', async () => {
    const { world: server, ids } = await createTown();
    await server.disconnect(ids.ben);
    const error = await server.send(ids.ben, { action: 'history', room: 'tea' });
    expect(error).toMatchObject({ code: 'unauthenticated' });
  });
});
