import type { Authenticator } from '../../../src/server/auth/authenticator.ts';
import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { findRows } from '../../helpers/rows.ts';
import { StrictTestServer } from '../../helpers/strict-test-server.ts';

let table: TestTable;

beforeEach(async () => {
  table = await openTestTable();
});
afterEach(() => table.close());

/** Accepts every token, and takes it as the user id. */
const trustingAuthenticator: Authenticator = {
  authenticate: async ({ token = '' }) => ({ userId: token }),
  verifyToken: async (token) => ({ userId: token, expiresAt: Number.MAX_SAFE_INTEGER }),
};

describe('the identity of a user', () => {
  const forgedUser = { userId: 'ben', name: 'Ben' };

  it.each([
    ['from', forgedUser],
    ['userId', 'ben'],
    ['name', 'Ben'],
    ['connectionId', 'ben='],
    ['connection', { ...forgedUser, connectionId: 'ben=', rooms: ['tea'] }],
    ['seq', 99],
    ['sentAt', '2000-01-01T00:00:00.000Z'],
    ['request', { action: 'sendmessage', message: 'x' }],
  ])(
    '[SEC-020] rejects a request that carries the field %s, and delivers nothing',
    async (field, value) => {
      const server = new StrictTestServer(table);
      const aki = await server.connectTo('tea', { name: 'Aki' });
      const ben = await server.connectTo('tea');
      server.clearPushed();
      const frame = { action: 'sendmessage', room: 'tea', message: 'x', [field]: value };
      expect(await server.send(aki, frame)).toMatchObject({
        code: 'invalid',
        details: [{ path: `/${field}`, rule: 'additionalProperties' }],
      });
      expect(server.drainPushed(ben)).toEqual([]);
      expect(await findRows(table, 'LOG#tea')).toEqual([]);
    },
  );

  it('[SEC-022] distinguishes two users of the same name in every event', async () => {
    const server = new StrictTestServer(table);
    const aki = await server.connectTo('tea', { name: 'Aki', key: 'the-key-of-the-real-one' });
    const impostor = await server.connectTo('tea', { name: 'Aki', key: 'the-key-of-another-one' });
    const ben = await server.connectTo('tea');
    server.clearPushed();
    for (const id of [aki, impostor]) {
      await server.request(id, { action: 'sendmessage', room: 'tea', message: 'It is me.' });
    }
    const [first, second] = server.drainPushed(ben).map(({ from }) => from);
    expect(first).toEqual(await server.getUser(aki));
    expect(second).toEqual(await server.getUser(impostor));
    expect(first.userId).not.toBe(second.userId);
  });
});

describe('a member of one room', () => {
  /** Creates a room with five messages, and a user in another room with one message. */
  async function createRooms() {
    const server = new StrictTestServer(table);
    const cook = await server.connectTo('cake');
    for (let count = 0; count < 5; count += 1) {
      await server.request(cook, { action: 'sendmessage', room: 'cake', message: 'secret' });
    }
    const aki = await server.connectTo('tea');
    await server.request(aki, { action: 'sendmessage', room: 'tea', message: 'mine' });
    return { server, cook, aki };
  }

  it.each([
    ['replyTo', { action: 'sendmessage', message: 'x', replyTo: 3 }],
    ['the seq of an edit', { action: 'editmessage', message: 'x', seq: 3 }],
    ['the seq of a deletion', { action: 'deletemessage', seq: 3 }],
    ['the seq of a reaction', { action: 'react', emoji: 'x', seq: 3 }],
  ])('[SEC-037] reaches no message of another room by %s', async (_how, frame) => {
    const { server, aki } = await createRooms();
    const before = await findRows(table, 'LOG#');
    expect(await server.send(aki, { ...frame, room: 'tea' })).toMatchObject({ code: 'not_found' });
    expect(await findRows(table, 'LOG#')).toEqual(before);
  });

  it.each([
    ['history', { before: 4 }],
    ['history', { after: 0 }],
    ['joinroom', { after: 0 }],
  ])(
    '[SEC-038] reads no message of another room through the bounds of %s %j',
    async (action, bounds) => {
      const { server, aki } = await createRooms();
      const page = await server.request(aki, { action, room: 'tea', ...bounds });
      expect(JSON.stringify(page)).toContain('mine');
      expect(JSON.stringify(page)).not.toContain('secret');
    },
  );

  it('[SEC-039] lists no member of another room by a forged cursor, or by a cursor of that room', async () => {
    const { server, cook, aki } = await createRooms();
    const { userId } = await server.getUser(cook);
    const cursors = ['', '~', `${userId}#`, 'x#ROOM#cake', '../cake', '%23', '\u0000', userId];
    for (const text of cursors) {
      const cursor = Buffer.from(text || '!').toString('base64url');
      const { members } = await server.request(aki, { action: 'members', room: 'tea', cursor });
      const found = members.filter((member: { userId: string }) => member.userId === userId);
      expect(found).toEqual([]);
    }
  });
});

describe('users whose ids contain key separators', () => {
  const userIds = [
    'aki',
    'aki#',
    'aki#CONN#',
    'aki~',
    'aki$',
    'aki%23',
    'AKI',
    'aki#tea',
    'aki/..',
  ];

  it('[SEC-035] keep separate read markers, request ids, messages, reactions and connections', async () => {
    const limits = { connectionsPerUser: 1 };
    const server = new StrictTestServer(table, { authenticator: trustingAuthenticator, limits });
    const ids = new Map<string, string>();
    for (const token of userIds) ids.set(token, await server.connectTo('tea', { token }));
    const message = { action: 'sendmessage', room: 'tea', id: 'same', message: 'x' };
    const seqs = [];
    for (const id of ids.values()) seqs.push((await server.request(id, message))['seq']);
    expect(new Set(seqs).size).toBe(userIds.length);

    for (const [index, id] of [...ids.values()].entries()) {
      await server.request(id, { action: 'markread', room: 'tea', seq: index + 1 });
      await server.request(id, { action: 'react', room: 'tea', seq: 1, emoji: '#' });
    }
    const [first] = ids.values();
    const { messages } = await server.request(first ?? '', { action: 'history', room: 'tea' });
    expect(messages[0].reactions).toEqual({ '#': userIds });
    for (const [index, id] of [...ids.values()].entries()) {
      const { rooms } = await server.request(id, { action: 'listrooms' });
      expect(rooms).toContainEqual(expect.objectContaining({ room: 'tea', read: index + 1 }));
      const foreignEdit = {
        action: 'editmessage',
        room: 'tea',
        message: 'y',
        seq: ((index + 1) % 9) + 1,
      };
      expect(await server.send(id, foreignEdit)).toMatchObject({ code: 'forbidden' });
    }
    await expect(server.connect({ token: 'aki' })).rejects.toThrow('429');
  });
});
