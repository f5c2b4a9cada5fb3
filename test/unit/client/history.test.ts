import type { Room } from '../../../src/client/index.ts';

import type { FakeServer } from '../../helpers/fakes/fake-server.ts';
import { ack, errorReply } from '../../helpers/fakes/replies.ts';
import { range, writeEvents } from './server-log.ts';
import { advance, createTestClient, eventually, join, observe, useFakeClock } from './setup.ts';

useFakeClock();

describe('Room.history', () => {
  const readPages = async (
    server: FakeServer,
    room: Room,
    options: Parameters<Room['history']>[0],
  ) => {
    const pages: number[][] = [];
    const read = async () => {
      for await (const page of room.history(options)) pages.push(page.map(({ seq }) => seq));
    };
    const reading = observe(read());
    await advance(60_000);
    return { pages, reading, requests: server.requests('history') };
  };

  it('pages backwards from the newest message, each page oldest first', async () => {
    const { server, client } = createTestClient();
    writeEvents(server, 7);
    const { pages, requests } = await readPages(server, await join(client), { limit: 3 });
    expect(pages).toEqual([[5, 6, 7], [2, 3, 4], [1]]);
    expect(requests.map(({ before }) => before)).toEqual([undefined, 5, 2]);
  });

  it('starts before a seq, and leaves the page size to the server', async () => {
    const { server, client } = createTestClient();
    writeEvents(server, 60);
    const { pages, requests } = await readPages(server, await join(client), { before: 11 });
    expect(pages).toEqual([range(1, 10)]);
    expect(requests[0]).not.toHaveProperty('limit');
  });

  it('yields no page of an empty room', async () => {
    const { server, client } = createTestClient();
    expect((await readPages(server, await join(client), {})).pages).toEqual([]);
  });

  it('ends at an empty page, even if the server promises more', async () => {
    const { server, client } = createTestClient();
    server.always('history', (frame) => ack(frame, { room: 'tea', messages: [], more: true }));
    const { reading, requests } = await readPages(server, await join(client), {});
    expect(reading.isSettled).toBe(true);
    expect(requests).toHaveLength(1);
  });

  it('continues over lost connections and retryable errors', async () => {
    const { server, client } = createTestClient();
    writeEvents(server, 7);
    const room = await join(client);
    server.once('history', (_, peer) => peer.close());
    server.once('history', server.respond);
    server.once('history', (frame) => errorReply(frame, 'internal', { retryable: true }));
    expect((await readPages(server, room, { limit: 4 })).pages).toEqual([
      [4, 5, 6, 7],
      [1, 2, 3],
    ]);
  });

  it('throws the error of the server, and the reason of an abort', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    server.once('history', (frame) => errorReply(frame, 'forbidden'));
    expect((await readPages(server, room, {})).reading.error?.code).toBe('forbidden');
    const signal = AbortSignal.abort('enough');
    expect((await readPages(server, room, { signal })).reading.error).toBe('enough');
  });

  it('throws closed for a room that was left', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    await eventually(room.leave());
    expect((await readPages(server, room, {})).reading.error?.code).toBe('closed');
  });
});
