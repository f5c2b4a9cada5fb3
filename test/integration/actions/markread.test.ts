import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { StrictTestServer } from '../../helpers/strict-test-server.ts';

let table: TestTable;
let server: StrictTestServer;
let aki: string;
let ben: string;

beforeEach(async () => {
  table = await openTestTable();
  server = new StrictTestServer(table);
  [aki, ben] = [await server.connectTo('tea', { name: 'Aki', key }), await server.connectTo('tea')];
});
afterEach(() => table.close());

const key = 'one-person-on-two-connections';
const room = 'tea';
const mark = (id: string, seq: number) => server.request(id, { action: 'markread', seq, room });

/** Says so much, and forgets what was pushed. */
async function messages(count: number): Promise<void> {
  for (let message = 0; message < count; message += 1) {
    await server.request(ben, { action: 'sendmessage', message: 'hello', room });
  }
  server.clearPushed();
}

describe('markread', () => {
  it('is acked with the mark and told to the others', async () => {
    await messages(3);
    const ack = await server.send(aki, { action: 'markread', id: 'a1', seq: 2, room });
    expect(ack).toEqual({ type: 'ack', action: 'markread', id: 'a1', room, seq: 2 });
    const from = await server.getUser(aki);
    expect(server.drainPushed(ben)).toEqual([{ type: 'read', room, from, seq: 2 }]);
    expect(server.drainPushed(aki)).toEqual([]);
  });

  it('moves only forward: a lower one is acked with the standing mark and told nobody', async () => {
    await messages(3);
    await mark(aki, 2);
    server.clearPushed();
    expect(await mark(aki, 1)).toMatchObject({ seq: 2 });
    expect(server.drainPushed(ben)).toEqual([]);
    expect(await mark(aki, 3)).toMatchObject({ seq: 3 });
    expect(server.drainPushed(ben)).toMatchObject([{ type: 'read', seq: 3 }]);
  });

  it('tells nobody where it stands already', async () => {
    await messages(3);
    await mark(aki, 2);
    server.clearPushed();
    expect(await mark(aki, 2)).toMatchObject({ seq: 2 });
    expect(server.drainPushed(ben)).toEqual([]);
  });

  it('stands at the newest where it is set beyond, and hides nothing to come', async () => {
    await messages(2);
    expect(await mark(aki, 999_999_999_999)).toMatchObject({ seq: 2 });
    expect(server.drainPushed(ben)).toMatchObject([{ type: 'read', seq: 2 }]);
    expect(await mark(aki, 7)).toMatchObject({ seq: 2 });
    expect(server.drainPushed(ben)).toEqual([]);
    await messages(1);
    expect(await mark(aki, 3)).toMatchObject({ seq: 3 });
  });

  it('may stand at an event that is no message', async () => {
    await messages(1);
    await server.request(ben, { action: 'editmessage', seq: 1, message: 'hello there', room });
    expect(await mark(aki, 2)).toMatchObject({ seq: 2 });
  });

  it('is 0 in an empty room, and tells nobody', async () => {
    server.clearPushed();
    expect(await mark(aki, 1)).toMatchObject({ seq: 0 });
    expect(server.drainPushed(ben)).toEqual([]);
  });

  it('belongs to the person: another connection of theirs cannot set it back', async () => {
    const phone = await server.connectTo(room, { key });
    await messages(3);
    await mark(aki, 2);
    expect(server.drainPushed(phone)).toMatchObject([{ type: 'read', seq: 2 }]);
    expect(await mark(phone, 1)).toMatchObject({ seq: 2 });
  });

  it('belongs to one person and one room', async () => {
    await messages(3);
    await server.request(ben, { action: 'sendmessage', message: 'in the lobby' });
    await mark(aki, 3);
    expect(await mark(ben, 1)).toMatchObject({ seq: 1 });
    expect(await server.request(aki, { action: 'markread', seq: 1 })).toMatchObject({
      room: 'lobby',
      seq: 1,
    });
  });

  it('comes out at the highest of many at once', async () => {
    await messages(10);
    const seqs = [3, 9, 1, 7, 10, 2, 8, 4, 6, 5];
    await Promise.all(seqs.map((seq) => mark(aki, seq)));
    expect(await mark(aki, 1)).toMatchObject({ seq: 10 });
  });
});
