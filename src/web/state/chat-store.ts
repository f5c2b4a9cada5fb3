import { type Client, type ConnectionStatus, createClient, type User } from '../../client/index.ts';
import { evictOldest } from '../lib/evict-oldest.ts';
import { defaultRoom } from '../lib/limits.ts';
import { retry } from '../lib/retry.ts';
import type { Message } from '../model/message.ts';
import { Observable } from './observable.ts';
import type { RoomContext } from './room-context.ts';
import { RoomStore } from './room-store.ts';
import type { SavedState } from './saved-state.ts';
import type { Token } from './token.ts';

/** The options of a `ChatStore`. */
export interface ChatStoreOptions {
  /** The URL of the WebSocket. */
  readonly url: string;
  /** The name that the user has chosen. */
  readonly name: string | undefined;
  readonly savedState: SavedState;
  /** The user's token, if the chat uses tokens. */
  readonly token: Token | undefined;
}

/** Most users whose names are held. */
const maxKnownNames = 1_000;

/** The state of the page: the connection, the joined rooms, and the shown room. */
export class ChatStore extends Observable implements RoomContext {
  readonly client: Client;
  readonly savedState: SavedState;
  readonly token: Token | undefined;
  readonly rooms = new Map<string, RoomStore>();
  self: User | undefined;
  status: ConnectionStatus;
  /** The last message that arrived in the shown room, for screen readers. */
  arrival: { readonly message: Message } | undefined;
  #currentRoomName = defaultRoom;
  readonly #chosenName: string | undefined;
  readonly #names = new Map<string, string>();
  #unreadRequest: Promise<void> | undefined;

  constructor({ url, name, savedState, token }: ChatStoreOptions) {
    super();
    this.#chosenName = name;
    this.savedState = savedState;
    this.token = token;
    this.client = createClient({
      url,
      ...(name !== undefined && { name }),
      ...(token ? { getToken: () => token.takeForConnect() } : { key: savedState.key }),
    });
    this.status = this.client.status;
    this.client.on('state', (status) => this.#setStatus(status));
    for (const room of savedState.rooms) this.#join(room);
  }

  /** The user's name. It is the chosen name until the server has sent the name. */
  get name(): string {
    return this.self?.name ?? this.#chosenName ?? '';
  }

  /** The shown room. */
  get currentRoom(): RoomStore {
    return this.rooms.get(this.#currentRoomName) ?? this.#join(this.#currentRoomName);
  }

  /** The number of unread messages in all rooms. */
  get unread(): number {
    return [...this.rooms.values()].reduce((sum, { readState }) => sum + readState.unread, 0);
  }

  /** Shows a room. Joins it if necessary. */
  showRoom(name: string): void {
    if (name !== this.#currentRoomName) this.rooms.get(this.#currentRoomName)?.close();
    this.#currentRoomName = name;
    this.savedState.addRoom(name);
    this.arrival = undefined;
    this.currentRoom.open();
    this.notify();
  }

  /** Leaves a room. */
  leaveRoom(name: string): void {
    const room = this.rooms.get(name);
    this.rooms.delete(name);
    this.savedState.removeRoom(name);
    void room?.leave();
    this.notify();
  }

  /** Ends the wait before the next attempt to connect. */
  reconnectNow(): void {
    this.client.connect().catch(() => {});
  }

  /** Returns the name of a user, if it is known. */
  getName(userId: string): string | undefined {
    return userId === this.self?.userId ? this.self.name : this.#names.get(userId);
  }

  rememberUser({ userId, name }: User): void {
    this.#names.delete(userId);
    this.#names.set(userId, name);
    evictOldest(this.#names, maxKnownNames);
  }

  announce(room: string, message: Message): void {
    if (room === this.#currentRoomName) this.arrival = { message };
    this.notify();
  }

  refreshUnread(): void {
    this.#unreadRequest ??= this.#loadUnread().finally(() => {
      this.#unreadRequest = undefined;
    });
  }

  #join(name: string): RoomStore {
    const room = new RoomStore(name, this);
    this.rooms.set(name, room);
    room.subscribe(() => this.notify());
    room.whenJoined().then(
      () => this.refreshUnread(),
      () => {},
    );
    return room;
  }

  #setStatus(status: ConnectionStatus): void {
    this.status = status;
    if (status.error !== undefined) this.token?.onFailed();
    if (status.state === 'connected') {
      this.token?.onConnected();
      void this.#identify();
      this.currentRoom.resume();
    }
    this.notify();
  }

  async #identify(): Promise<void> {
    try {
      this.self = await retry(() => this.client.request('identity', {}));
      this.notify();
    } catch {
      // The next connection requests it again.
    }
  }

  /** Requests the unread counts. It waits for joins under way, so that one request covers them. */
  async #loadUnread(): Promise<void> {
    try {
      await Promise.allSettled([...this.rooms.values()].map((room) => room.whenJoined()));
      const { rooms } = await retry(() => this.client.request('listrooms', {}));
      for (const { room, seq, read, unread } of rooms) {
        this.rooms.get(room)?.setUnread({ unread, seq }, read);
      }
    } catch {
      // The next join requests them again.
    }
  }
}
