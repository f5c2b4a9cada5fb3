import { type ActionFixture, describeAction } from '../../helpers/describe-action.ts';
import { StrictTestServer } from '../../helpers/strict-test-server.ts';
import type { Frame } from '../../helpers/test-server.ts';

const author = { userId: 'u', name: 'n' };
const day = 24 * 3600_000;

/** Starts the tests with a server whose clock they move. */
async function withClock({ table }: ActionFixture) {
  const clock = { now: Date.UTC(2026, 10, 22) };
  return { clock, server: new StrictTestServer(table, { now: () => clock.now }) };
}

describeAction('history', withClock, (fixture) => {
  /** Reads a page, and returns the seqs of its messages and its `more`. */
  async function readPage(id: string, fields: Frame) {
    const ack = await fixture().server.request(id, { action: 'history', ...fields });
    return [ack['messages'].map(({ seq }: Frame) => seq), ack['more']];
  }

  it('defaults to the lobby', async () => {
    const { server } = fixture();
    const aki = await server.connect();
    await server.request(aki, { action: 'sendmessage', message: 'hello' });
    const ack = await server.request(aki, { action: 'history' });
    expect(ack).toMatchObject({ room: 'lobby', messages: [{ message: 'hello' }], more: false });
  });

  it('is empty before the first seq, after the last, and beyond all', async () => {
    const { server } = fixture();
    const aki = await server.connectTo('edges');
    await server.seedMessages('edges', author, 3);
    const empty = { messages: [], more: false };
    for (const edge of [{ before: 1 }, { after: 3 }, { after: 999_999_999_999 }]) {
      const reply = await server.send(aki, { action: 'history', room: 'edges', ...edge });
      expect({ edge, reply }).toMatchObject({ edge, reply: empty });
    }
  });

  it('accepts seqs of other events as edges', async () => {
    const { server } = fixture();
    const aki = await server.connectTo('between');
    await server.seedMessages('between', author, 2);
    await server.store.eventLog.append('between', author, { type: 'deleted', target: 9 });
    await server.seedMessages('between', author, 2);
    const seqs = (edge: object) => readPage(aki, { room: 'between', ...edge });
    expect(await seqs({ before: 3 })).toEqual([[1, 2], false]);
    expect(await seqs({ after: 3 })).toEqual([[4, 5], false]);
    expect(await seqs({ before: 999_999_999_999, limit: 2 })).toEqual([[4, 5], true]);
    expect(await seqs({ before: 5, limit: 1 })).toEqual([[4], true]);
    expect(await seqs({ after: 1, limit: 1 })).toEqual([[2], true]);
  });

  it.each([
    ['before and after together', { before: 3, after: 1 }],
    ['a limit of 0', { limit: 0 }],
    ['a limit of 101', { limit: 101 }],
    ['before 0', { before: 0 }],
  ])('rejects %s as invalid', async (_, fields) => {
    const { server } = fixture();
    const error = await server.send(await server.connect(), { action: 'history', ...fields });
    expect(error).toMatchObject({ type: 'error', code: 'invalid', retryable: false });
  });

  it('omits expired messages, even if their rows remain', async () => {
    const { server, clock } = fixture();
    const room = 'expiring';
    await server.seedMessages(room, author, 3);
    clock.now += 60 * day;
    await server.seedMessages(room, author, 2);
    clock.now += 31 * day;
    const aki = await server.connectTo(room);
    const shown = (fields: object) => readPage(aki, { room, ...fields });
    expect(await shown({})).toEqual([[4, 5], false]);
    expect(await shown({ after: 0, limit: 1 })).toEqual([[4], true]);
    expect(await shown({ before: 5, limit: 1 })).toEqual([[4], false]);
    expect(await shown({ before: 4 })).toEqual([[], false]);
    const react = { action: 'react', emoji: '👍', room };
    expect(await server.send(aki, { ...react, seq: 3 })).toMatchObject({ code: 'not_found' });
    expect(await server.send(aki, { ...react, seq: 4 })).toMatchObject({ type: 'ack' });
  });
});
