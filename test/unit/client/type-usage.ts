import { WebSocket as PackageWebSocket } from 'ws';
import {
  type ClientErrorCode,
  type ConnectionStatus,
  createClient,
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

/** Uses the client as intended. It must compile, and never runs. */
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

/** Narrows an event by its type, which decides its fields. */
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

/** Narrows an error by its class and its code. */
export function inspectError(thrown: unknown): number | undefined {
  if (!(thrown instanceof KaiwaError)) return undefined;
  if (thrown.code === 'queue_full') thrown.code satisfies ClientErrorCode;
  thrown.details?.map(({ path, rule, message }) => [path, rule, message] satisfies string[]);
  return thrown.retryable ? thrown.retryAfterMs : undefined;
}
