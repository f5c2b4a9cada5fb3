export type {
  Action,
  DurableEvent,
  Event,
  EventType,
  Request,
  Result,
  StandingMessage,
} from '../../schemas/index.ts';
export {
  type Client,
  type ClientListeners,
  createClient,
  type JoinOptions,
} from './client.ts';
export type { Fields, Person, RequestOptions } from './connection.ts';
export type { State, Status } from './connection-manager.ts';
export { type ClientErrorCode, KaiwaError } from './errors.ts';
export type { ClientOptions } from './options.ts';
export type {
  Delivered,
  HistoryOptions,
  Incomplete,
  Room,
  RoomEvent,
  RoomListeners,
  SendOptions,
} from './room.ts';
export type { Socket, SocketClass } from './web-socket.ts';
