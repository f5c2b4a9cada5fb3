import type { RoomEvent } from '../../../src/client/index.ts';

import { ack } from '../../helpers/fakes/fake-server.ts';
import { push, writeMany } from './random-log.ts';
import {
  enter,
  listen,
  listening,
  numbers,
  pass,
  type Rig,
  rig,
  soon,
  useOwnTime,
} from './setup.ts';

useOwnTime();

describe('a log that is not complete', () => {
  const incomplete = (after: number, seq: number): RoomEvent => ({
    ...{ type: 'incomplete', room: 'tea', after, seq },
  });

  /** Joining tells so, once. */
  const expired = ({ server }: Rig, upTo: number) =>
    server.once('joinroom', (frame, peer) => {
      const reply = server.serve(frame, peer);
      const events = reply['events'].filter(({ seq }: { seq: number }) => seq > upTo);
      return { ...reply, events, recovered: false };
    });

  it('is told of in its place', async () => {
    const made = await listening();
    made.server.say();
    await pass(10);
    made.server.peer.close();
    writeMany(made.server, 9);
    expired(made, 7);
    await pass(1_000);
    expect(made.events.map((event) => (event.type === 'incomplete' ? event : event.seq))).toEqual([
      ...[1, incomplete(1, 7), 8, 9, 10],
    ]);
    made.server.say();
    await pass(10);
    expect(numbers(made.events).at(-1)).toBe(11);
  });

  it('is told of where nothing is left', async () => {
    const made = await listening();
    made.server.say();
    await pass(10);
    made.server.peer.close();
    writeMany(made.server, 9);
    expired(made, 10);
    await pass(1_000);
    expect(made.events.at(-1)).toEqual(incomplete(1, 10));
    made.server.say();
    await pass(10);
    expect(numbers(made.events)).toEqual([1, 'incomplete', 11]);
  });

  it('is told of to one who joins with a number too old', async () => {
    const made = rig();
    writeMany(made.server, 9);
    expired(made, 5);
    const events = listen(await enter(made.client, { after: 2 }));
    await pass(0);
    expect(events[0]).toEqual(incomplete(2, 5));
    expect(numbers(events)).toEqual(['incomplete', 6, 7, 8, 9]);
  });

  it('is told of where it was replaced by another', async () => {
    const { server, events } = await listening();
    writeMany(server, 5);
    push(server, 1, 2, 3, 4, 5);
    await pass(10);
    server.peer.close();
    server.wipe();
    writeMany(server, 2);
    await pass(1_000);
    server.say();
    await pass(10);
    expect(numbers(events)).toEqual([1, 2, 3, 4, 5, 'incomplete', 3]);
    expect(events[5]).toEqual(incomplete(0, 2));
  });

  it('is told of to one who holds a number that it never reached', async () => {
    const made = rig();
    writeMany(made.server, 2);
    const events = listen(await enter(made.client, { after: 500 }));
    await pass(0);
    expect(events).toEqual([incomplete(0, 2)]);
  });

  it('that can’t be read at all ends the room, and nothing else', async () => {
    const { server, client } = rig();
    server.once('joinroom', (frame) => ack(frame, {}));
    expect((await soon(client.join('tea', { after: 0 }))).error).toBeDefined();
    const room = await enter(client, { after: 0 });
    expect((await soon(room.send('hello'))).value).toMatchObject({ seq: 1 });
  });
});
