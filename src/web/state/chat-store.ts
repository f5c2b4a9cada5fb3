import { type Client, type ConnectionStatus, createClient, type User } from '../../client/index.ts';
import { defaultRoom } from '../lib/limits.ts';
import { retry } from '../lib/retry.ts';
import type { Message } from '../model/message.ts';
import { Observable } from './observable.ts';
import { type RoomContext, RoomStore } from './room-store.ts';
import type { SavedState } from './saved-state.ts';
import type { Token } from './token.ts';

/** What a chat is made of. */
export interface ChatStoreOptions {
  /** Where its WebSocket is. */
  readonly url: string;
  /** How one would like to be called. */
  readonly name: string | undefined;
  readonly savedState: SavedState;
  /** By which one is known, where the chat asks for one. */
  readonly token: Token | undefined;
}

/** People whose names are known; more are not. */
const maxKnownNames = 1_000;

/** All that the page holds: the connection, the rooms that one is in, and which one is shown. */
export class ChatStore extends Observable implements RoomContext {
  readonly client: Client;
  readonly savedState: SavedState;
  readonly token: Token | undefined;
  readonly rooms = new Map<string, RoomStore>();
  self: User | undefined;
  status: ConnectionStatus;
  /** The message of the shown room that came last, to be read out. */
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

  /** What one is called: what the server says, and until then what one wishes. */
  get name(): string {
    return this.self?.name ?? this.#chosenName ?? '';
  }

  /** The room that is shown. */
  get currentRoom(): RoomStore {
    return this.rooms.get(this.#currentRoomName) ?? this.#join(this.#currentRoomName);
  }

  /** Messages that one has not read, in all rooms. */
  get unread(): number {
    return [...this.rooms.values()].reduce((sum, { readState }) => sum + readState.unread, 0);
  }

  /** Shows a room, and joins it where one is not in it yet. */
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

  /** Tries to connect now, where it waits. */
  reconnectNow(): void {
    this.client.connect().catch(() => {});
  }

  /** The name of somebody whom one has seen. */
  getName(userId: string): string | undefined {
    return userId === this.self?.userId ? this.self.name : this.#names.get(userId);
  }

  rememberUser({ userId, name }: User): void {
    this.#names.delete(userId);
    this.#names.set(userId, name);
    const [first] = this.#names.keys();
    if (this.#names.size > maxKnownNames && first !== undefined) this.#names.delete(first);
  }

  announce(room: RoomStore, message: Message): void {
    if (room.name === this.#currentRoomName) this.arrival = { message };
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
      // The next connection asks again.
    }
  }

  /** Asks what is unread. Rooms that are joined at the same time are asked about together. */
  async #loadUnread(): Promise<void> {
    try {
      await Promise.allSettled([...this.rooms.values()].map((room) => room.whenJoined()));
      const { rooms } = await retry(() => this.client.request('listrooms', {}));
      for (const { room, seq, read, unread } of rooms) {
        this.rooms.get(room)?.setUnread({ unread, seq }, read);
      }
    } catch {
      // It is asked again with the next room.
    }
  }
}
