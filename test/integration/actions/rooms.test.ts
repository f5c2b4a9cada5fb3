import type { Action, EventType } from '../../../schemas/index.ts';
import { openTable, type TestTable } from '../../helpers/database.ts';
import { rowsOf } from '../../helpers/rows.ts';
import { ValidWorld } from '../../helpers/strict-test-server.ts';
import type { Frame } from '../../helpers/test-server.ts';

let table: TestTable;

beforeEach(async () => {
  table = await openTable();
});
afterEach(() => table.close());

/** Two rooms with members in common, one message in each; `phone` and `laptop` are one person. */
async function town() {
  const world = new ValidWorld(table);
  const key = 'one-person-on-two-connections';
  const ids = {
    phone: await world.enter('tea', { key }),
    laptop: await world.enter('tea', { key }),
    ben: await world.enter('tea'),
    both: await world.enter(['tea', 'cake']),
    cake: await world.enter('cake'),
    lobby: await world.connect(),
  };
  await world.ask(ids.phone, { action: 'sendmessage', message: 'first', room: 'tea' });
  await world.ask(ids.cake, { action: 'sendmessage', message: 'first', room: 'cake' });
  world.clear();
  /** Who was told since, of what. */
  const told = () =>
    Object.fromEntries(
      Object.entries(ids).map(([name, id]) => [
        name,
        world.taken(id).map(({ type, room }) => `${type} in ${room}`),
      ]),
    );
  return { world, ids, told };
}

type Who = keyof Awaited<ReturnType<typeof town>>['ids'];

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
      const { world, ids, told } = await town();
      await world.ask(ids[who], { ...request, room: 'tea' });
      const once = [`${type} in tea`];
      const all = { phone: once, laptop: once, ben: once, both: once, cake: [], lobby: [] };
      expect(told()).toEqual({ ...all, [who]: [] });
    },
  );

  it('numbers its events apart from other rooms', async () => {
    const { world, ids } = await town();
    const send = (room: string) =>
      world.ask(ids.both, { action: 'sendmessage', message: 'x', room });
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
      const { world, ids, told } = await town();
      const before = await rowsOf(table, '');
      const error = await world.send(ids.cake, { action, id: 'a1', room: 'tea', ...fields });
      expect(error).toMatchObject({
        type: 'error',
        action,
        id: 'a1',
        code: 'not_member',
        retryable: false,
      });
      expect(Object.values(told()).flat()).toEqual([]);
      expect(await rowsOf(table, '')).toEqual(before);
    },
  );
});

describe('an unknown connection', () => {
  it.each(Object.entries(unknownTo))('is unauthenticated for %s', async (action, fields) => {
    const world = new ValidWorld(table);
    const error = await world.send('unknown=', { action, ...fields });
    expect(error).toMatchObject({
      type: 'error',
      action,
      code: 'unauthenticated',
      retryable: false,
    });
    expect(await rowsOf(table, '')).toEqual([]);
  });

  it('is what one becomes by disconnecting', async () => {
    const { world, ids } = await town();
    await world.disconnect(ids.ben);
    const error = await world.send(ids.ben, { action: 'history', room: 'tea' });
    expect(error).toMatchObject({ code: 'unauthenticated' });
  });
});
