import { enter, listen, numbers, pass, rig, soon, useOwnTime } from './setup.ts';

useOwnTime();

/** Frames that no server of this version sends, by what is wrong with them. */
const garbage: Readonly<Record<string, unknown>> = {
  'no JSON': 'hello{',
  nothing: '',
  binary: Buffer.from([0, 1, 255]),
  null: 'null',
  'a number': '7',
  'a string': '"ack"',
  'an array': '[{"type":"ack"}]',
  'an empty object': '{}',
  'an unknown type': { type: 'poll', room: 'tea', from: { userId: 'x' }, question: '?' },
  'a type that all objects have': { type: 'toString', room: 'tea', from: {} },
  'a type named __proto__': '{"type":"__proto__","room":"tea","from":{},"seq":1,"sentAt":"x"}',
  'a type that is no text': { type: { toString: 'x' }, room: 'tea', from: {} },
  'a polluted prototype': '{"__proto__":{"type":"message","room":"tea"}}',
  'an ack for nobody': { type: 'ack', action: 'ping', id: 'nobody' },
  'an ack without id': { type: 'ack', action: 'ping' },
  'an ack of __proto__': '{"type":"ack","action":"ping","id":"__proto__"}',
  'an ack whose id is no text': { type: 'ack', id: { toString: 1, valueOf: 1 } },
  'an error for nobody': { type: 'error', code: 'internal', message: '', retryable: true },
  'what a gateway says': { message: 'Internal server error', connectionId: 'a', requestId: 'b' },
  'a message of a type that all objects have': event({ type: 'toString' }),
  'a message without seq': event({ seq: undefined }),
  'a message with seq 0': event({ seq: 0 }),
  'a message with seq -1': event({ seq: -1 }),
  'a message with seq 1.5': event({ seq: 1.5 }),
  'a message with seq "1"': event({ seq: '1' }),
  'a message with seq 2^53': event({ seq: 2 ** 53 }),
  'a message without sentAt': event({ sentAt: undefined }),
  'a message with a broken sentAt': event({ sentAt: 'yesterday' }),
  'a message whose sentAt is no text': event({ sentAt: { toString: 1, valueOf: 1 } }),
  'a message without a room': event({ room: undefined }),
  'a message of another room': event({ room: 'coffee' }),
  'a message of a room named __proto__': event({ room: '__proto__' }),
  'a message from nobody': event({ from: undefined }),
  'a message from null': event({ from: null }),
};

function event(wrong: object) {
  const from = { userId: 'ben', name: 'Ben' };
  const sentAt = '2026-11-22T09:30:00.000Z';
  return { type: 'message', room: 'tea', seq: 1, id: 'a', from, message: 'x', sentAt, ...wrong };
}

describe('a frame that is garbage', () => {
  it.each(Object.entries(garbage))('(%s) can be listened to and does no harm', async (_, data) => {
    const { server, client, frames, statuses } = rig();
    const room = await enter(client);
    const events = listen(room);
    server.peer.send(data);
    await pass(3_000);
    expect(frames).toEqual([arrived(data)]);
    expect(events).toEqual([]);
    expect((await soon(room.send('hello'))).value).toMatchObject({ seq: 1 });
    server.say();
    await pass(10);
    expect(numbers(events)).toEqual([1, 2]);
    expect(statuses).toHaveLength(2);
    expect(Object.hasOwn(Object.prototype, 'type')).toBe(false);
  });

  it('does no harm before one knows who one is, nor in the middle of joining', async () => {
    const { server, client, frames } = rig();
    for (const action of ['identity', 'joinroom'])
      server.once(action, (frame, peer) => {
        for (const data of Object.values(garbage)) peer.send(data);
        return server.serve(frame, peer);
      });
    const room = await enter(client);
    expect(frames).toHaveLength(2 * Object.keys(garbage).length);
    expect((await soon(room.send('hello'))).value).toMatchObject({ seq: 1 });
  });

  it('is no answer, whatever it is called: the next one is', async () => {
    const { server, client } = rig();
    server.once('ping', (frame, peer) => {
      peer.send({ type: 'message', id: frame['id'] });
      peer.send({ type: 'ack', id: [frame['id'], 'x'] });
      return server.serve(frame, peer);
    });
    expect((await soon(client.request('ping', {}))).value).toHaveProperty('time');
  });

  it('may bear fields that nobody knows', async () => {
    const { server, client, frames } = rig();
    const room = await enter(client);
    const events = listen(room);
    const typing = jest.fn();
    room.on('typing', typing);
    server.say({ mood: 'fine' } as object);
    const from = { userId: 'ben', name: 'Ben', mood: 'fine' };
    const sentAt = new Date().toISOString();
    server.push({ type: 'typing', room: 'tea', from, typing: true, seq: 2, sentAt } as never);
    server.say();
    await pass(10);
    expect(events[0]).toMatchObject({ seq: 1, mood: 'fine' });
    expect(numbers(events)).toEqual([1, 2]);
    expect(typing).toHaveBeenCalledWith(expect.objectContaining({ from, typing: true }));
    expect(frames).toEqual([]);
  });
});

/** What a listener is told of it. */
function arrived(data: unknown): unknown {
  if (Buffer.isBuffer(data)) return data;
  try {
    return JSON.parse(typeof data === 'string' ? data : JSON.stringify(data));
  } catch {
    return data;
  }
}
