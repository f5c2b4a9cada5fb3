import { WebSocket as PackageWebSocket } from 'ws';
import {
  type Client,
  type ClientErrorCode,
  type ConnectionStatus,
  createClient,
  type DurableEvent,
  type GapEvent,
  KaiwaError,
  type MessageSnapshot,
  type RequestFields,
  type Result,
  type Room,
  type RoomEvent,
  type User,
  type WebSocketConstructor,
} from '../../../src/client/index.ts';

/** Checks that two types are the same. */
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? A : never;

/** What is meant to be written compiles. Nothing here is ever run. */
export async function acceptValidUsage(url: string, signal: AbortSignal): Promise<void> {
  const client = createClient({ url });
  createClient({ url, WebSocket: PackageWebSocket });
  createClient({ url, WebSocket: globalThis.WebSocket });
  createClient({ url, name: 'Aki', key: 'a-key-of-sixteen', maxReconnectDelayMs: 1_000 });
  createClient({ url, getToken: () => 'token' });
  createClient({ url, getToken: async (given: AbortSignal) => String(given.aborted) });
  const CustomWebSocket: WebSocketConstructor = class {
    readyState = 0;
    onopen: unknown;
    onmessage: unknown;
    onerror: unknown;
    onclose: unknown;
    send(_data: string) {}
    close() {}
  };
  createClient({ url, WebSocket: CustomWebSocket });

  const state: 'idle' | 'connecting' | 'connected' | 'reconnecting' | 'closed' =
    client.status.state;
  const off: () => void = client.on('state', ({ retryAt, error }: ConnectionStatus) => [
    retryAt,
    error,
  ]);
  client.on('frame', (frame) => frame satisfies unknown);
  await client.connect();

  const sent = await client.request('sendmessage', { message: 'x', room: 'tea', replyTo: 7 });
  sent satisfies { room: string; seq: number; sentAt: string };
  const { time } = await client.request('ping', {}, { signal, timeoutMs: 100 });
  time satisfies string;
  (await client.request('identity', {})) satisfies User;
  const before: number | undefined = sent.seq;
  await client.request('history', { room: 'tea', before, limit: undefined, id: 'h1' });
  const { rooms } = await client.request('listrooms', {});
  rooms satisfies readonly { room: string; seq: number; read: number; unread: number }[];
  const fields: RequestFields<'react'> = { seq: 1, emoji: '👍' };
  (await client.request('react', fields)) satisfies Result<'editmessage'>;

  const room: Room = await client.join('tea', { after: 0, signal });
  const after: number = room.after;
  const ack = await room.send('hello', { replyTo: 1, id: 'a1', signal });
  ack satisfies Equal<typeof ack, Result<'sendmessage'>>;
  await room.edit(1, 'x', { id: 'e1' });
  await room.delete(1);
  (await room.react(1, '👍', true)).target satisfies number;
  for await (const page of room.history({ before: 7, limit: 10, signal })) {
    page satisfies MessageSnapshot[];
    page[0]?.reactions?.['👍'] satisfies string[] | undefined;
  }
  for await (const event of room) {
    event satisfies Equal<typeof event, RoomEvent>;
    if (narrowEvent(event)) break;
  }
  room.on('event', (event) => narrowEvent(event));
  room.on('typing', ({ from, typing }) => [from.name satisfies string, typing satisfies boolean]);
  room.on('read', ({ seq }) => seq satisfies number);
  room.on('joined', ({ type }) => type satisfies 'joined');
  room.on('end', (error) => error satisfies unknown);
  await room.leave();
  await client.close();
  void [state, off, after];
}

/** The type of an event tells its fields. */
function narrowEvent(event: RoomEvent): boolean | undefined {
  switch (event.type) {
    case 'message':
      event.replyTo satisfies number | undefined;
      return event.message.length > 0 && event.own;
    case 'edited':
      return event.target > 0 && event.message.length > 0 && event.late;
    case 'deleted':
      return event.target > 0;
    case 'reaction':
      return event.on && event.emoji.length > 0;
    case 'incomplete':
      event satisfies GapEvent;
      return event.after < event.seq;
    default:
      event satisfies never;
      return undefined;
  }
}

/** An error tells what it is. */
export function inspectError(thrown: unknown): number | undefined {
  if (!(thrown instanceof KaiwaError)) return undefined;
  if (thrown.code === 'queue_full') thrown.code satisfies ClientErrorCode;
  thrown.details?.map(({ path, rule, message }) => [path, rule, message] satisfies string[]);
  return thrown.retryable ? thrown.retryAfterMs : undefined;
}

/** Each line that must not compile, with the number of its error and the word that it is about. */
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
