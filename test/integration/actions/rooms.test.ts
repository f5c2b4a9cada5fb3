import type { Action, EventType } from '../../../schemas/index.ts';
import {
  type ActionFixture,
  describeAction,
  akisKey as key,
  withoutMembers,
} from '../../helpers/describe-action.ts';
import { findRows } from '../../helpers/rows.ts';
import type { Frame } from '../../helpers/test-server.ts';

/** Connections to two rooms, with one message in each. `phone` and `laptop` are one user. */
async function connectAll({ server }: ActionFixture) {
  return {
    phone: await server.connectTo('tea', { key }),
    laptop: await server.connectTo('tea', { key }),
    ben: await server.connectTo('tea'),
    both: await server.connectTo(['tea', 'cake']),
    cake: await server.connectTo('cake'),
    lobby: await server.connect(),
  };
}

type ConnectionName = keyof Awaited<ReturnType<typeof connectAll>>;

/** A request that causes each type of event, and the connection that sends it. */
const causes: Record<EventType, readonly [by: ConnectionName, request: Frame]> = {
  message: ['phone', { action: 'sendmessage', message: 'hello' }],
  edited: ['phone', { action: 'editmessage', seq: 1, message: 'hello there' }],
  deleted: ['phone', { action: 'deletemessage', seq: 1 }],
  reaction: ['phone', { action: 'react', seq: 1, emoji: '👍' }],
  typing: ['phone', { action: 'typing', typing: true }],
  read: ['phone', { action: 'markread', seq: 1 }],
  joined: ['lobby', { action: 'joinroom' }],
  left: ['ben', { action: 'leaveroom' }],
};

/** The actions without a room, or with a room that the connection need not be in. */
type OutsideAction = 'authenticate' | 'identity' | 'joinroom' | 'listrooms' | 'ping';

/** A valid request of each action whose room the connection must be in. */
const memberActions: Record<Exclude<Action, OutsideAction>, Frame> = {
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

/** A valid request of each action that a connection must be known for. */
const connectionActions: Record<Exclude<Action, 'ping'>, Frame> = {
  ...memberActions,
  authenticate: { token: 'any' },
  identity: {},
  joinroom: { room: 'tea' },
  leaveroom: { room: 'lobby' },
  listrooms: {},
};

/** Starts the tests with two rooms that have members in common and one message each. */
async function withRooms(fixture: ActionFixture) {
  const { server } = fixture;
  const ids = await connectAll(fixture);
  await server.request(ids.phone, { action: 'sendmessage', message: 'first', room: 'tea' });
  await server.request(ids.cake, { action: 'sendmessage', message: 'first', room: 'cake' });
  server.clearPushed();
  return { ids };
}

describeAction('rooms', withRooms, (fixture) => {
  /** Returns what each connection received since the last call. */
  const drainEvents = () => {
    const { server, ids } = fixture();
    const entries = Object.entries(ids).map(([name, id]) => [
      name,
      server.drainPushed(id).map(({ type, room }) => `${type} in ${room}`),
    ]);
    return Object.fromEntries(entries);
  };

  it.each(Object.entries(causes))(
    '[SEC-026] pushes “%s” to every connection in the room, except the one that caused it',
    async (type, [by, request]) => {
      const { server, ids } = fixture();
      await server.request(ids[by], { ...request, room: 'tea' });
      const once = [`${type} in tea`];
      const all = { phone: once, laptop: once, ben: once, both: once, cake: [], lobby: [] };
      expect(drainEvents()).toEqual({ ...all, [by]: [] });
    },
  );

  it('numbers the events of each room from 1', async () => {
    const { server, ids } = fixture();
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

  it.each(Object.entries(memberActions))(
    '[SEC-025] rejects %s from a connection outside the room, and changes nothing',
    async (action, fields) => {
      const { server, table, ids } = fixture();
      const before = await findRows(table, '');
      const error = await server.send(ids.cake, { action, id: 'a1', room: 'tea', ...fields });
      expect(error).toMatchObject({
        type: 'error',
        action,
        id: 'a1',
        code: 'not_member',
        retryable: false,
      });
      expect(Object.values(drainEvents()).flat()).toEqual([]);
      expect(await findRows(table, '')).toEqual(before);
    },
  );

  it('rejects requests on a connection that has ended', async () => {
    const { server, ids } = fixture();
    await server.disconnect(ids.ben);
    const error = await server.send(ids.ben, { action: 'history', room: 'tea' });
    expect(error).toMatchObject({ code: 'unauthenticated' });
  });
});

describeAction('authorize', withoutMembers, (fixture) => {
  it.each(Object.entries(connectionActions))(
    '[SEC-010] rejects %s on an unknown connection as unauthenticated',
    async (action, fields) => {
      const { table, server } = fixture();
      const error = await server.send('unknown=', { action, ...fields });
      expect(error).toMatchObject({
        type: 'error',
        action,
        code: 'unauthenticated',
        retryable: false,
      });
      expect(await findRows(table, '')).toEqual([]);
    },
  );
});
