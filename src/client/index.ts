export type {
  Action,
  DurableEvent,
  Event,
  EventType,
  MessageSnapshot,
  Request,
  Result,
} from '../../schemas/index.ts';
export {
  type Client,
  type ClientEventMap,
  createClient,
  type JoinOptions,
} from './client.ts';
export type { RequestFields, RequestOptions, User } from './connection.ts';
export type { ConnectionState, ConnectionStatus } from './connection-manager.ts';
export { type ClientErrorCode, KaiwaError } from './errors.ts';
export type { ClientOptions } from './options.ts';
export type {
  DeliveredEvent,
  GapEvent,
  HistoryOptions,
  Room,
  RoomEvent,
  RoomEventMap,
  SendOptions,
} from './room.ts';
export type { WebSocketConstructor, WebSocketLike } from './web-socket.ts';
