import { setImmediate as settled } from 'node:timers/promises';
import {
  BroadcastHarness,
  createConnectionIds,
  createRecipient,
  createRecipients,
  typingEvent,
} from '../../../helpers/broadcast-harness.ts';

describe('a broadcast to a big room', () => {
  it('delivers to 500 itself', async () => {
    const room = new BroadcastHarness(createRecipients(501));
    const tally = await room.broadcast({ exclude: 'c500' });
    expect(tally).toEqual({ delivered: 500, gone: 0, failed: 0, enqueued: 0 });
    expect(room.chunks).toEqual([]);
  });

  it('hands 501 over and posts nothing', async () => {
    const room = new BroadcastHarness(createRecipients(501));
    const tally = await room.broadcast();
    expect(tally).toEqual({ delivered: 0, gone: 0, failed: 0, enqueued: 501 });
    expect(room.posts).toEqual([]);
    expect(room.enqueued).toEqual([createConnectionIds(501).slice(0, 500), ['c500']]);
  });

  it('hands over everyone once, with the event and all that it takes to forget the dead', async () => {
    const room = new BroadcastHarness(async function* () {
      const all = createRecipients(1_234);
      for (let from = 0; from < all.length; from += 100) yield all.slice(from, from + 100);
    });
    await room.broadcast({ exclude: 'c777' });
    expect(room.enqueued.map(({ length }) => length)).toEqual([500, 500, 233]);
    expect(room.enqueued.flat()).toEqual(createConnectionIds(1_234).filter((id) => id !== 'c777'));
    const [chunk] = room.chunks;
    const { userId, connectionId, connectedAt } = createRecipient('c0');
    expect(chunk?.event).toEqual(typingEvent);
    expect(chunk?.recipients[0]).toEqual([userId, connectionId, connectedAt]);
  });

  it('hands chunks over while the next page is read', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const room = new BroadcastHarness(async function* () {
      yield createRecipients(1_000);
      await promise;
      yield [createRecipient('late')];
    });
    const result = room.broadcast();
    await settled();
    expect(room.enqueued.map(({ length }) => length)).toEqual([500, 500]);
    resolve();
    await result;
    expect(room.enqueued.at(-1)).toEqual(['late']);
  });

  it('has 16 chunks on their way and never more, and so holds no more of the room', async () => {
    let read = 0;
    const room = new BroadcastHarness(async function* () {
      for (const one of createRecipients(100)) {
        read += 1;
        yield [one];
      }
    }, 1);
    const waiting: (() => void)[] = [];
    room.acceptChunk = () => new Promise((resolve) => waiting.push(() => resolve(true)));
    const result = room.broadcast();
    for (let left = 100; left > 0; left -= 16) {
      await settled();
      expect(waiting).toHaveLength(Math.min(16, left));
      expect(read).toBe(100 - Math.max(0, left - 16));
      for (const take of waiting.splice(0)) take();
    }
    expect(await result).toMatchObject({ enqueued: 100 });
  });

  it('delivers itself, and at once, to those of a chunk that nobody takes', async () => {
    const room = new BroadcastHarness(createRecipients(25), 10);
    room.acceptChunk = ({ recipients: [first] }) => first?.[1] !== 'c10';
    room.outcome = (connectionId) => (connectionId === 'c11' ? 'failed' : 'delivered');
    const tally = await room.broadcast();
    expect(tally).toEqual({ delivered: 9, gone: 0, failed: 1, enqueued: 15 });
    expect(room.postedIds).toEqual(createConnectionIds(20).slice(10));
  });

  it('throws where the members cannot be read, though some are handed over', async () => {
    const room = new BroadcastHarness(async function* () {
      yield createRecipients(2);
      throw new Error('unreadable');
    }, 1);
    await expect(room.broadcast()).rejects.toThrow('unreadable');
  });
});
