import type { Room } from '../../../src/client/index.ts';

import { errorReply, type FakeServer } from '../../helpers/fakes/fake-server.ts';
import { range, writeEvents } from './random-log.ts';
import { advance, createTestClient, eventually, join, observe, useFakeClock } from './setup.ts';

useFakeClock();

describe('history', () => {
  const readPages = async (
    server: FakeServer,
    room: Room,
    options: Parameters<Room['history']>[0],
  ) => {
    const received: number[][] = [];
    const read = async () => {
      for await (const page of room.history(options)) received.push(page.map(({ seq }) => seq));
    };
    const reading = observe(read());
    await advance(60_000);
    return { got: received, reading, asked: server.requests('history') };
  };

  it('pages backwards from the newest, each page oldest first', async () => {
    const { server, client } = createTestClient();
    writeEvents(server, 7);
    const { got, asked } = await readPages(server, await join(client), { limit: 3 });
    expect(got).toEqual([[5, 6, 7], [2, 3, 4], [1]]);
    expect(asked.map(({ before }) => before)).toEqual([undefined, 5, 2]);
  });

  it('begins before a number, and leaves the size of a page to the server', async () => {
    const { server, client } = createTestClient();
    writeEvents(server, 60);
    const { got, asked } = await readPages(server, await join(client), { before: 11 });
    expect(got).toEqual([range(1, 10)]);
    expect(asked[0]).not.toHaveProperty('limit');
  });

  it('of an empty room has no page', async () => {
    const { server, client } = createTestClient();
    expect((await readPages(server, await join(client), {})).got).toEqual([]);
  });

  it('ends with a page that is empty, whatever the server says', async () => {
    const { server, client } = createTestClient();
    server.always('history', (frame) => ({
      ...{ type: 'ack', id: frame['id'], room: 'tea', messages: [], more: true },
    }));
    const { reading, asked } = await readPages(server, await join(client), {});
    expect(reading.isSettled).toBe(true);
    expect(asked).toHaveLength(1);
  });

  it('is read on over drops and refusals', async () => {
    const { server, client } = createTestClient();
    writeEvents(server, 7);
    const room = await join(client);
    server.once('history', (_, peer) => peer.close());
    server.once('history', server.respond);
    server.once('history', (frame) => errorReply(frame, 'internal', { retryable: true }));
    expect((await readPages(server, room, { limit: 4 })).got).toEqual([
      [4, 5, 6, 7],
      [1, 2, 3],
    ]);
  });

  it('throws what the server refuses, and the reason of an abort', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    server.once('history', (frame) => errorReply(frame, 'forbidden'));
    expect((await readPages(server, room, {})).reading.error?.code).toBe('forbidden');
    const signal = AbortSignal.abort('enough');
    expect((await readPages(server, room, { signal })).reading.error).toBe('enough');
  });

  it('is not to be had of a room that one has left', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    await eventually(room.leave());
    expect((await readPages(server, room, {})).reading.error?.code).toBe('closed');
  });
});
