import { type Client, createClient, type Person, type Status } from '../../client/index.ts';
import { lobby } from '../lib/limits.ts';
import { insist } from '../lib/retry.ts';
import type { Message } from '../model/message.ts';
import { Observable } from './observable.ts';
import { type Around, RoomState } from './room-store.ts';
import type { Memory } from './saved-state.ts';
import type { Token } from './token.ts';

/** What a chat is made of. */
export interface ChatOptions {
  /** Where its WebSocket is. */
  readonly url: string;
  /** How one would like to be called. */
  readonly name: string | undefined;
  readonly memory: Memory;
  /** By which one is known, where the chat asks for one. */
  readonly token: Token | undefined;
}

/** People whose names are known; more are not. */
const maxKnown = 1_000;

/** All that the page holds: the connection, the rooms that one is in, and which one is shown. */
export class Chat extends Observable implements Around {
  readonly client: Client;
  readonly memory: Memory;
  readonly token: Token | undefined;
  readonly rooms = new Map<string, RoomState>();
  self: Person | undefined;
  status: Status;
  /** The message of the shown room that came last, to be read out. */
  arrival: { readonly message: Message } | undefined;
  #shown = lobby;
  readonly #wished: string | undefined;
  readonly #names = new Map<string, string>();
  #counting: Promise<void> | undefined;

  constructor({ url, name, memory, token }: ChatOptions) {
    super();
    this.#wished = name;
    this.memory = memory;
    this.token = token;
    this.client = createClient({
      url,
      ...(name !== undefined && { name }),
      ...(token ? { getToken: () => token.show() } : { key: memory.key }),
    });
    this.status = this.client.status;
    this.client.on('state', (status) => this.#take(status));
    for (const room of memory.rooms) this.#join(room);
  }

  /** What one is called: what the server says, and until then what one wishes. */
  get name(): string {
    return this.self?.name ?? this.#wished ?? '';
  }

  /** The room that is shown. */
  get shown(): RoomState {
    return this.rooms.get(this.#shown) ?? this.#join(this.#shown);
  }

  /** Messages that one has not read, in all rooms. */
  get unread(): number {
    return [...this.rooms.values()].reduce((sum, { reading }) => sum + reading.unread, 0);
  }

  /** Shows a room, and joins it where one is not in it yet. */
  show(name: string): void {
    if (name !== this.#shown) this.rooms.get(this.#shown)?.close();
    this.#shown = name;
    this.memory.join(name);
    this.arrival = undefined;
    this.shown.open();
    this.changed();
  }

  /** Leaves a room. */
  leave(name: string): void {
    const room = this.rooms.get(name);
    this.rooms.delete(name);
    this.memory.leave(name);
    void room?.leave();
    this.changed();
  }

  /** Tries to connect now, where it waits. */
  tryNow(): void {
    this.client.connect().catch(() => {});
  }

  /** The name of somebody whom one has seen. */
  nameOf(userId: string): string | undefined {
    return userId === this.self?.userId ? this.self.name : this.#names.get(userId);
  }

  know({ userId, name }: Person): void {
    this.#names.delete(userId);
    this.#names.set(userId, name);
    const [first] = this.#names.keys();
    if (this.#names.size > maxKnown && first !== undefined) this.#names.delete(first);
  }

  heard(room: RoomState, message: Message): void {
    if (room.name === this.#shown) this.arrival = { message };
    this.changed();
  }

  recount(): void {
    this.#counting ??= this.#count().finally(() => {
      this.#counting = undefined;
    });
  }

  #join(name: string): RoomState {
    const room = new RoomState(name, this);
    this.rooms.set(name, room);
    room.subscribe(() => this.changed());
    room.joined().then(
      () => this.recount(),
      () => {},
    );
    return room;
  }

  #take(status: Status): void {
    this.status = status;
    if (status.error !== undefined) this.token?.failed();
    if (status.state === 'connected') {
      this.token?.succeeded();
      void this.#identify();
      this.shown.resume();
    }
    this.changed();
  }

  async #identify(): Promise<void> {
    try {
      this.self = await insist(() => this.client.request('identity', {}));
      this.changed();
    } catch {
      // The next connection asks again.
    }
  }

  /** Asks what is unread. Rooms that are joined at the same time are asked about together. */
  async #count(): Promise<void> {
    try {
      await Promise.allSettled([...this.rooms.values()].map((room) => room.joined()));
      const { rooms } = await insist(() => this.client.request('listrooms', {}));
      for (const { room, seq, read, unread } of rooms) {
        this.rooms.get(room)?.counted({ unread, seq }, read);
      }
    } catch {
      // It is asked again with the next room.
    }
  }
}
