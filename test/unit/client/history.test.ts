import type { Room } from '../../../src/client/index.ts';

import { type Hostile, refusal } from '../../helpers/fakes/fake-server.ts';
import { range, writeMany } from './random-log.ts';
import { enter, pass, rig, soon, useOwnTime, watch } from './setup.ts';

useOwnTime();

describe('history', () => {
  const pages = async (server: Hostile, room: Room, options: Parameters<Room['history']>[0]) => {
    const got: number[][] = [];
    const read = async () => {
      for await (const page of room.history(options)) got.push(page.map(({ seq }) => seq));
    };
    const reading = watch(read());
    await pass(60_000);
    return { got, reading, asked: server.requests('history') };
  };

  it('pages backwards from the newest, each page oldest first', async () => {
    const { server, client } = rig();
    writeMany(server, 7);
    const { got, asked } = await pages(server, await enter(client), { limit: 3 });
    expect(got).toEqual([[5, 6, 7], [2, 3, 4], [1]]);
    expect(asked.map(({ before }) => before)).toEqual([undefined, 5, 2]);
  });

  it('begins before a number, and leaves the size of a page to the server', async () => {
    const { server, client } = rig();
    writeMany(server, 60);
    const { got, asked } = await pages(server, await enter(client), { before: 11 });
    expect(got).toEqual([range(1, 10)]);
    expect(asked[0]).not.toHaveProperty('limit');
  });

  it('of an empty room has no page', async () => {
    const { server, client } = rig();
    expect((await pages(server, await enter(client), {})).got).toEqual([]);
  });

  it('ends with a page that is empty, whatever the server says', async () => {
    const { server, client } = rig();
    server.always('history', (frame) => ({
      ...{ type: 'ack', id: frame['id'], room: 'tea', messages: [], more: true },
    }));
    const { reading, asked } = await pages(server, await enter(client), {});
    expect(reading.isSettled).toBe(true);
    expect(asked).toHaveLength(1);
  });

  it('is read on over drops and refusals', async () => {
    const { server, client } = rig();
    writeMany(server, 7);
    const room = await enter(client);
    server.once('history', (_, peer) => peer.close());
    server.once('history', server.serve);
    server.once('history', (frame) => refusal(frame, 'internal', { retryable: true }));
    expect((await pages(server, room, { limit: 4 })).got).toEqual([
      [4, 5, 6, 7],
      [1, 2, 3],
    ]);
  });

  it('throws what the server refuses, and the reason of an abort', async () => {
    const { server, client } = rig();
    const room = await enter(client);
    server.once('history', (frame) => refusal(frame, 'forbidden'));
    expect((await pages(server, room, {})).reading.error?.code).toBe('forbidden');
    const signal = AbortSignal.abort('enough');
    expect((await pages(server, room, { signal })).reading.error).toBe('enough');
  });

  it('is not to be had of a room that one has left', async () => {
    const { server, client } = rig();
    const room = await enter(client);
    await soon(room.leave());
    expect((await pages(server, room, {})).reading.error?.code).toBe('closed');
  });
});
