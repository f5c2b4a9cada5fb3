import { setImmediate as flush } from 'node:timers/promises';
import {
  BroadcastHarness,
  createConnectionIds,
  createRecipient,
  createRecipients,
  typingEvent,
} from '../../../helpers/broadcast-harness.ts';
import { holdTime } from '../../../helpers/hold-time.ts';

holdTime();

describe('createBroadcast, in a large room', () => {
  it('delivers to 500 recipients itself', async () => {
    const room = new BroadcastHarness(createRecipients(501));
    const result = await room.broadcast({ exclude: 'c500' });
    expect(result).toEqual({ delivered: 500, gone: 0, failed: 0, enqueued: 0 });
    expect(room.chunks).toEqual([]);
  });

  it('enqueues 501 recipients and posts nothing', async () => {
    const room = new BroadcastHarness(createRecipients(501));
    const result = await room.broadcast();
    expect(result).toEqual({ delivered: 0, gone: 0, failed: 0, enqueued: 501 });
    expect(room.posts).toEqual([]);
    expect(room.enqueued).toEqual([createConnectionIds(501).slice(0, 500), ['c500']]);
  });

  it('enqueues each recipient once, with the event and all that an eviction needs', async () => {
    const room = new BroadcastHarness(async function* () {
      const recipients = createRecipients(1_234);
      for (let from = 0; from < recipients.length; from += 100) {
        yield recipients.slice(from, from + 100);
      }
    });
    await room.broadcast({ exclude: 'c777' });
    expect(room.enqueued.map(({ length }) => length)).toEqual([500, 500, 233]);
    expect(room.enqueued.flat()).toEqual(createConnectionIds(1_234).filter((id) => id !== 'c777'));
    const [chunk] = room.chunks;
    const { userId, connectionId, connectedAt } = createRecipient('c0');
    expect(chunk?.event).toEqual(typingEvent);
    expect(chunk?.recipients[0]).toEqual([userId, connectionId, connectedAt]);
  });

  it('enqueues chunks while it reads the next page', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const room = new BroadcastHarness(async function* () {
      yield createRecipients(1_000);
      await promise;
      yield [createRecipient('last')];
    });
    const result = room.broadcast();
    await flush();
    expect(room.enqueued.map(({ length }) => length)).toEqual([500, 500]);
    resolve();
    await result;
    expect(room.enqueued.at(-1)).toEqual(['last']);
  });

  it('enqueues up to 16 chunks at the same time, and reads no further ahead', async () => {
    let read = 0;
    const room = new BroadcastHarness(async function* () {
      for (const recipient of createRecipients(100)) {
        read += 1;
        yield [recipient];
      }
    }, 1);
    const pending: (() => void)[] = [];
    room.queue = () => new Promise((resolve) => pending.push(() => resolve('lost')));
    const result = room.broadcast();
    for (let left = 100; left > 0; left -= 16) {
      await flush();
      expect(pending).toHaveLength(Math.min(16, left));
      expect(read).toBe(100 - Math.max(0, left - 16));
      for (const accept of pending.splice(0)) accept();
    }
    expect(await result).toMatchObject({ enqueued: 100 });
  });

  it('delivers a chunk itself, and at once, if the queue rejects it', async () => {
    const room = new BroadcastHarness(createRecipients(25), 10);
    room.queue = ({ recipients: [first] }) => (first?.[1] === 'c10' ? 'rejected' : 'lost');
    room.outcome = (connectionId) => (connectionId === 'c11' ? 'failed' : 'delivered');
    const result = await room.broadcast();
    expect(result).toEqual({ delivered: 9, gone: 0, failed: 1, enqueued: 15 });
    expect(room.postedIds).toEqual(createConnectionIds(20).slice(10));
  });

  it('throws if it cannot read the members, even after it has enqueued some', async () => {
    const room = new BroadcastHarness(async function* () {
      yield createRecipients(2);
      throw new Error('unreadable');
    }, 1);
    await expect(room.broadcast()).rejects.toThrow('unreadable');
  });
});
