import {
  advance,
  collectEvents,
  createTestClient,
  eventually,
  join,
  seqNumbers,
  useFakeClock,
} from './setup.ts';

useFakeClock();

/** Frames that no server of this version sends, by their defect. */
const unusableFrames: Readonly<Record<string, unknown>> = {
  'text that is not JSON': 'hello{',
  'empty text': '',
  binary: Buffer.from([0, 1, 255]),
  null: 'null',
  'a number': '7',
  'a string': '"ack"',
  'an array': '[{"type":"ack"}]',
  'an empty object': '{}',
  'an unknown type': { type: 'poll', room: 'tea', from: { userId: 'x' }, question: '?' },
  'a type that all objects have': { type: 'toString', room: 'tea', from: {} },
  'a type named __proto__': '{"type":"__proto__","room":"tea","from":{},"seq":1,"sentAt":"x"}',
  'a type that is not a string': { type: { toString: 'x' }, room: 'tea', from: {} },
  'a polluted prototype': '{"__proto__":{"type":"message","room":"tea"}}',
  'an ack of an unknown request': { type: 'ack', action: 'ping', id: 'nobody' },
  'an ack without id': { type: 'ack', action: 'ping' },
  'an ack of __proto__': '{"type":"ack","action":"ping","id":"__proto__"}',
  'an ack whose id is not a string': { type: 'ack', id: { toString: 1, valueOf: 1 } },
  'an error of an unknown request': {
    type: 'error',
    code: 'internal',
    message: '',
    retryable: true,
  },
  'an error of the gateway': {
    message: 'Internal server error',
    connectionId: 'a',
    requestId: 'b',
  },
  'a message of a type that all objects have': createEvent({ type: 'toString' }),
  'a message without seq': createEvent({ seq: undefined }),
  'a message with seq 0': createEvent({ seq: 0 }),
  'a message with seq -1': createEvent({ seq: -1 }),
  'a message with seq 1.5': createEvent({ seq: 1.5 }),
  'a message with seq "1"': createEvent({ seq: '1' }),
  'a message with seq 2^53': createEvent({ seq: 2 ** 53 }),
  'a message without sentAt': createEvent({ sentAt: undefined }),
  'a message with a broken sentAt': createEvent({ sentAt: 'yesterday' }),
  'a message whose sentAt is not a string': createEvent({ sentAt: { toString: 1, valueOf: 1 } }),
  'a message without a room': createEvent({ room: undefined }),
  'a message of another room': createEvent({ room: 'coffee' }),
  'a message of a room named __proto__': createEvent({ room: '__proto__' }),
  'a message without from': createEvent({ from: undefined }),
  'a message from null': createEvent({ from: null }),
};

function createEvent(defect: object) {
  const from = { userId: 'ben', name: 'Ben' };
  const sentAt = '2026-11-22T09:30:00.000Z';
  return { type: 'message', room: 'tea', seq: 1, id: 'a', from, message: 'x', sentAt, ...defect };
}

describe('a frame that the client cannot use', () => {
  it.each(Object.entries(unusableFrames))(
    'reaches the frame listener and does no harm: %s',
    async (_, data) => {
      const { server, client, frames, statuses } = createTestClient();
      const room = await join(client);
      const events = collectEvents(room);
      server.peer.send(data);
      await advance(3_000);
      expect(frames).toEqual([expectedFrame(data)]);
      expect(events).toEqual([]);
      expect((await eventually(room.send('hello'))).value).toMatchObject({ seq: 1 });
      server.publish();
      await advance(10);
      expect(seqNumbers(events)).toEqual([1, 2]);
      expect(statuses).toHaveLength(2);
      expect(Object.hasOwn(Object.prototype, 'type')).toBe(false);
    },
  );

  it('does no harm while the client connects and joins', async () => {
    const { server, client, frames } = createTestClient();
    for (const action of ['identity', 'joinroom'])
      server.once(action, (frame, peer) => {
        for (const data of Object.values(unusableFrames)) peer.send(data);
        return server.respond(frame, peer);
      });
    const room = await join(client);
    expect(frames).toHaveLength(2 * Object.keys(unusableFrames).length);
    expect((await eventually(room.send('hello'))).value).toMatchObject({ seq: 1 });
  });

  it('does not count as an answer to a request', async () => {
    const { server, client } = createTestClient();
    server.once('ping', (frame, peer) => {
      peer.send({ type: 'message', id: frame['id'] });
      peer.send({ type: 'ack', id: [frame['id'], 'x'] });
      return server.respond(frame, peer);
    });
    expect((await eventually(client.request('ping', {}))).value).toHaveProperty('time');
  });

  it('may have unknown fields if it is an event', async () => {
    const { server, client, frames } = createTestClient();
    const room = await join(client);
    const events = collectEvents(room);
    const typing = jest.fn();
    room.on('typing', typing);
    server.publish({ mood: 'fine' } as object);
    const from = { userId: 'ben', name: 'Ben', mood: 'fine' };
    const sentAt = new Date().toISOString();
    server.push({ type: 'typing', room: 'tea', from, typing: true, seq: 2, sentAt } as never);
    server.publish();
    await advance(10);
    expect(events[0]).toMatchObject({ seq: 1, mood: 'fine' });
    expect(seqNumbers(events)).toEqual([1, 2]);
    expect(typing).toHaveBeenCalledWith(expect.objectContaining({ from, typing: true }));
    expect(frames).toEqual([]);
  });
});

/** Returns what the frame listener gets for this data. */
function expectedFrame(data: unknown): unknown {
  if (Buffer.isBuffer(data)) return data;
  try {
    return JSON.parse(typeof data === 'string' ? data : JSON.stringify(data));
  } catch {
    return data;
  }
}
