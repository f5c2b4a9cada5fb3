import type { Authenticator } from '../../../src/server/auth/authenticator.ts';
import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { findRows } from '../../helpers/rows.ts';
import { StrictTestServer } from '../../helpers/strict-test-server.ts';

let table: TestTable;

beforeEach(async () => {
  table = await openTestTable();
});
afterEach(() => table.close());

/** Takes anything for a good token, and the person for whoever it names. */
const trustingAuthenticator: Authenticator = {
  authenticate: async ({ token = '' }) => ({ userId: token }),
  verifyToken: async (token) => ({ userId: token, expiresAt: Number.MAX_SAFE_INTEGER }),
};

describe('one who says to be somebody else', () => {
  const mask = { userId: 'ben', name: 'Ben' };

  it.each([
    ['from', mask],
    ['userId', 'ben'],
    ['name', 'Ben'],
    ['connectionId', 'ben='],
    ['connection', { ...mask, connectionId: 'ben=', rooms: ['tea'] }],
    ['seq', 99],
    ['sentAt', '2000-01-01T00:00:00.000Z'],
    ['request', { action: 'sendmessage', message: 'x' }],
  ])('by the field %s of a request is refused, and nobody hears of it', async (field, value) => {
    const server = new StrictTestServer(table);
    const [aki, ben] = [
      await server.connectTo('tea', { name: 'Aki' }),
      await server.connectTo('tea'),
    ];
    server.clearPushed();
    const frame = { action: 'sendmessage', room: 'tea', message: 'x', [field]: value };
    expect(await server.send(aki, frame)).toMatchObject({
      code: 'invalid',
      details: [{ path: `/${field}`, rule: 'additionalProperties' }],
    });
    expect(server.drainPushed(ben)).toEqual([]);
    expect(await findRows(table, 'LOG#tea')).toEqual([]);
  });

  it('by the same name is still another person, whom every event tells apart', async () => {
    const server = new StrictTestServer(table);
    const [aki, other, ben] = [
      await server.connectTo('tea', { name: 'Aki', key: 'the-key-of-the-real-one' }),
      await server.connectTo('tea', { name: 'Aki', key: 'the-key-of-another-one' }),
      await server.connectTo('tea'),
    ];
    server.clearPushed();
    for (const id of [aki, other]) {
      await server.request(id, { action: 'sendmessage', room: 'tea', message: 'It is me.' });
    }
    const [first, second] = server.drainPushed(ben).map(({ from }) => from);
    expect(first).toEqual(await server.getUser(aki));
    expect(second).toEqual(await server.getUser(other));
    expect(first.userId).not.toBe(second.userId);
  });
});

describe('one who is in one room', () => {
  /** Five messages in `cake`; somebody in `tea` alone, where there is one. */
  async function rooms() {
    const server = new StrictTestServer(table);
    const cook = await server.connectTo('cake');
    for (let count = 0; count < 5; count += 1) {
      await server.request(cook, { action: 'sendmessage', room: 'cake', message: 'secret' });
    }
    const aki = await server.connectTo('tea');
    await server.request(aki, { action: 'sendmessage', room: 'tea', message: 'mine' });
    return { world: server, cook, aki };
  }

  it.each([
    ['replyTo', { action: 'sendmessage', message: 'x', replyTo: 3 }],
    ['the number of an edit', { action: 'editmessage', message: 'x', seq: 3 }],
    ['the number of a deletion', { action: 'deletemessage', seq: 3 }],
    ['the number of a reaction', { action: 'react', emoji: 'x', seq: 3 }],
  ])('reaches nothing of another by %s', async (_how, frame) => {
    const { world: server, aki } = await rooms();
    const before = await findRows(table, 'LOG#');
    expect(await server.send(aki, { ...frame, room: 'tea' })).toMatchObject({ code: 'not_found' });
    expect(await findRows(table, 'LOG#')).toEqual(before);
  });

  it.each([
    ['history', { before: 4 }],
    ['history', { after: 0 }],
    ['joinroom', { after: 0 }],
  ])('reads nothing of another by the edges of %s %j', async (action, edges) => {
    const { world: server, aki } = await rooms();
    const page = await server.request(aki, { action, room: 'tea', ...edges });
    expect(JSON.stringify(page)).toContain('mine');
    expect(JSON.stringify(page)).not.toContain('secret');
  });

  it('reads nobody of another by a cursor that it has made up, nor by one from there', async () => {
    const { world: server, cook, aki } = await rooms();
    const { userId } = await server.getUser(cook);
    const made = ['', '~', `${userId}#`, 'x#ROOM#cake', '../cake', '%23', '\u0000', userId];
    for (const behind of made) {
      const cursor = Buffer.from(behind || '!').toString('base64url');
      const { members } = await server.request(aki, { action: 'members', room: 'tea', cursor });
      const others = members.filter((member: { userId: string }) => member.userId === userId);
      expect(others).toEqual([]);
    }
  });
});

describe('people whose ids bear what separates keys', () => {
  const odd = ['aki', 'aki#', 'aki#CONN#', 'aki~', 'aki$', 'aki%23', 'AKI', 'aki#tea', 'aki/..'];

  it('have their marks, ids, messages, reactions and connections each for themselves', async () => {
    const limits = { connectionsPerUser: 1 };
    const server = new StrictTestServer(table, { authenticator: trustingAuthenticator, limits });
    const ids = new Map<string, string>();
    for (const token of odd) ids.set(token, await server.connectTo('tea', { token }));
    const say = { action: 'sendmessage', room: 'tea', id: 'same', message: 'x' };
    const seqs = [];
    for (const id of ids.values()) seqs.push((await server.request(id, say))['seq']);
    expect(new Set(seqs).size).toBe(odd.length);

    for (const [index, id] of [...ids.values()].entries()) {
      await server.request(id, { action: 'markread', room: 'tea', seq: index + 1 });
      await server.request(id, { action: 'react', room: 'tea', seq: 1, emoji: '#' });
    }
    const [first] = ids.values();
    const { messages } = await server.request(first ?? '', { action: 'history', room: 'tea' });
    expect(messages[0].reactions).toEqual({ '#': odd });
    for (const [index, id] of [...ids.values()].entries()) {
      const { rooms } = await server.request(id, { action: 'listrooms' });
      expect(rooms).toContainEqual(expect.objectContaining({ room: 'tea', read: index + 1 }));
      const theirs = {
        action: 'editmessage',
        room: 'tea',
        message: 'y',
        seq: ((index + 1) % 9) + 1,
      };
      expect(await server.send(id, theirs)).toMatchObject({ code: 'forbidden' });
    }
    await expect(server.connect({ token: 'aki' })).rejects.toThrow('403');
  });
});
