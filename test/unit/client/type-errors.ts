import {
  type Client,
  createClient,
  type DurableEvent,
  KaiwaError,
  type Room,
  type RoomEvent,
} from '../../../src/client/index.ts';

/** Misuses the client. Each marked line must fail with the error code and the text in its comment. */
export async function rejectInvalidUsage(
  client: Client,
  room: Room,
  event: RoomEvent,
  url: string,
) {
  // @ts-expect-error 2345 "sendmesage"
  client.request('sendmesage', { message: 'x' });
  // @ts-expect-error 2345 "message"
  client.request('message', {});
  // @ts-expect-error 2345 "__proto__"
  client.request('__proto__', {});
  // @ts-expect-error 2561 'mesage'
  client.request('sendmessage', { mesage: 'x' });
  // @ts-expect-error 2353 'after'
  client.request('sendmessage', { message: 'x', after: 1 });
  // @ts-expect-error 2353 'action'
  client.request('ping', { action: 'ping' });
  // @ts-expect-error 2741 'message' is missing
  client.request('sendmessage', {});
  // @ts-expect-error 2741 'emoji' is missing
  client.request('react', { seq: 1 });
  // @ts-expect-error 2554 Expected 2-3 arguments
  client.request('ping');
  // @ts-expect-error 2322 'number'
  client.request('sendmessage', { message: 1 });
  // @ts-expect-error 2322 'string'
  client.request('history', { before: '7' });
  // @ts-expect-error 2322 'undefined'
  client.request('sendmessage', { message: undefined });
  // @ts-expect-error 2561 'timeout'
  client.request('ping', {}, { timeout: 1 });
  // @ts-expect-error 2551 'sendAt'
  (await client.request('sendmessage', { message: 'x' })).sendAt;
  // @ts-expect-error 2339 'seq'
  (await client.request('ping', {})).seq;
  // @ts-expect-error 2339 'messages'
  (await client.request('listrooms', {})).messages;
  // @ts-expect-error 2339 'type'
  (await client.request('ping', {})).type;
  // @ts-expect-error 2322 'string'
  const seq: string = (await client.request('markread', { seq: 1 })).seq;
  // @ts-expect-error 2353 'uri'
  createClient({ url, uri: url });
  // @ts-expect-error 2561 'heartBeatMs'
  createClient({ url, heartBeatMs: 1 });
  // @ts-expect-error 2741 'url' is missing
  createClient({ name: 'Aki' });
  // @ts-expect-error 2322 'number'
  createClient({ url, getToken: () => 7 });
  // @ts-expect-error 2322 'string'
  createClient({ url, maxConnectionAgeMs: '1h' });
  // @ts-expect-error 2322 'Date
  createClient({ url, WebSocket: Date });
  // @ts-expect-error 2345 "status"
  client.on('status', () => {});
  // @ts-expect-error 2345 'number'
  client.on('state', (state: number) => state);
  // @ts-expect-error 2540 'status'
  client.status = { state: 'closed' };
  // @ts-expect-error 2367 "offline"
  if (client.status.state === 'offline') return;
  // @ts-expect-error 2345 'number'
  client.join(1);
  // @ts-expect-error 2353 'before'
  client.join('tea', { before: 1 });
  // @ts-expect-error 2345 'number'
  room.send(7);
  // @ts-expect-error 2345
  room.send({ message: 'x' });
  // @ts-expect-error 2322 'string'
  room.send('x', { replyTo: '7' });
  // @ts-expect-error 2353 'replyTo'
  room.edit(1, 'x', { replyTo: 7 });
  // @ts-expect-error 2554 Expected 3-4 arguments
  room.react(1, '👍');
  // @ts-expect-error 2345 "message"
  room.on('message', () => {});
  // @ts-expect-error 2339 'text'
  room.on('typing', ({ text }) => text);
  // @ts-expect-error 2353 'after'
  room.history({ after: 1 });
  // @ts-expect-error 2339 'message'
  event.message;
  // @ts-expect-error 2339 'sentAt'
  event.sentAt;
  // @ts-expect-error 2339 'emoji'
  if (event.type === 'edited') event.emoji;
  // @ts-expect-error 2367 "massage"
  if (event.type === 'massage') return;
  // @ts-expect-error 2540 'seq'
  if (event.type === 'incomplete') event.seq = 1;
  // @ts-expect-error 2367 "too_long"
  if (new KaiwaError('closed', '').code === 'too_long') return;
  // @ts-expect-error 2322 "joined"
  const durable: DurableEvent['type'] = 'joined';
  // @ts-expect-error 2504 'Client'
  for await (const nothing of client) void nothing;
  void [seq, durable];
}
