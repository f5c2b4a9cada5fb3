/**
 * The client of a Kaiwa chat, for browsers and Node. Start at {@link createClient}.
 *
 * @packageDocumentation
 */

export type { ErrorCode } from '../../schemas/errors.ts';
export type {
  Action,
  DurableEvent,
  DurableType,
  Event,
  EventType,
  MessageSnapshot,
  Request,
  Result,
} from '../../schemas/index.ts';
export { type Client, type ClientEventMap, createClient } from './client.ts';
export type { RequestFields, RequestOptions, User } from './connection.ts';
export type { ConnectionState, ConnectionStatus } from './connection-manager.ts';
export { type ClientErrorCode, KaiwaError, type Violation } from './errors.ts';
export type { ClientOptions } from './options.ts';
export type {
  DeliveredEvent,
  GapEvent,
  HistoryOptions,
  JoinOptions,
  MessageOptions,
  Room,
  RoomEvent,
  RoomEventMap,
  SendOptions,
} from './room.ts';
export type { WebSocketConstructor, WebSocketLike } from './web-socket.ts';
