import { isRecord } from '../lib/is-record.ts';
import { defaultRoom, isRoomName, normalizeName } from '../lib/limits.ts';
import { randomHex } from '../lib/random-hex.ts';
import type { OutgoingMessage } from '../model/outgoing.ts';

/** A storage of the browser. Its content is not trusted, and each call may fail. */
export interface KeyValueStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/**
 * The unsent content of a room: the text in the composer, and the messages under way. The tab stores it
 * as JSON with these names and those of `OutgoingMessage`. A changed name would lose stored content.
 */
export interface SavedDraft {
  readonly text: string;
  readonly drafts: readonly OutgoingMessage[];
}

const emptyDraft: SavedDraft = { text: '', drafts: [] };

/** Most rooms that are saved. It is the server's default limit for the rooms of one connection. */
const maxRooms = 50;

/**
 * The state that outlives the page. All tabs share the name, the rooms and the user's secret key.
 * Each tab keeps its own unsent content. Access to the browser's profile gives access to the key.
 *
 * With tokens, the state is separate for each user: the page never sends the draft of another user.
 */
export class SavedState {
  readonly #persistentStorage: KeyValueStorage;
  readonly #tabStorage: KeyValueStorage;
  readonly #keyPrefix: string;

  /** `userId` separates the users of one browser. Omit it if the chat does not use tokens. */
  constructor(persistentStorage: KeyValueStorage, tabStorage: KeyValueStorage, userId = '') {
    this.#persistentStorage = persistentStorage;
    this.#tabStorage = tabStorage;
    this.#keyPrefix = `kaiwa.${userId && `${userId}/`}`;
  }

  /** The user's chosen name, if there is one. */
  get name(): string | undefined {
    return normalizeName(this.#persistentStorage.getItem(`${this.#keyPrefix}name`) ?? '');
  }

  set name(name: string) {
    this.#persistentStorage.setItem(`${this.#keyPrefix}name`, name);
  }

  /** The secret key that identifies the user. Created on the first read. */
  get key(): string {
    const saved = this.#persistentStorage.getItem(`${this.#keyPrefix}key`) ?? '';
    if (/^[A-Za-z0-9_-]{16,128}$/.test(saved)) return saved;
    const key = randomHex(24);
    this.#persistentStorage.setItem(`${this.#keyPrefix}key`, key);
    return key;
  }

  /** The rooms that the user has joined, the default room first. */
  get rooms(): readonly string[] {
    const saved = (this.#persistentStorage.getItem(`${this.#keyPrefix}rooms`) ?? '')
      .split(' ')
      .filter(isRoomName);
    return [...new Set([defaultRoom, ...saved])].slice(0, maxRooms);
  }

  /** Saves a room. Another tab may have saved other rooms in the meantime. */
  addRoom(room: string): void {
    this.#persistentStorage.setItem(
      `${this.#keyPrefix}rooms`,
      [...new Set([...this.rooms, room])].join(' '),
    );
  }

  /** Removes a room. */
  removeRoom(room: string): void {
    this.#persistentStorage.setItem(
      `${this.#keyPrefix}rooms`,
      this.rooms.filter((name) => name !== room).join(' '),
    );
  }

  /** Returns the unsent content of a room. */
  getDraft(room: string): SavedDraft {
    try {
      const json = this.#tabStorage.getItem(`${this.#keyPrefix}unsent.${room}`) ?? '{}';
      const saved: unknown = JSON.parse(json);
      if (!isRecord(saved)) return emptyDraft;
      const { text, drafts } = saved;
      return { text: String(text ?? ''), drafts: Array.isArray(drafts) ? drafts : [] };
    } catch {
      return emptyDraft;
    }
  }

  /** Saves the unsent content of a room. */
  saveDraft(room: string, draft: SavedDraft): void {
    this.#tabStorage.setItem(`${this.#keyPrefix}unsent.${room}`, JSON.stringify(draft));
  }
}

/** Wraps a storage of the browser. Entries that it refuses stay in memory until the page is closed. */
export function safeStorage(getStorage: () => KeyValueStorage): KeyValueStorage {
  const inMemory = new Map<string, string>();
  const tryStorage = <T>(operation: (storage: KeyValueStorage) => T, fallback: T): T => {
    try {
      return operation(getStorage());
    } catch {
      return fallback;
    }
  };
  return {
    getItem: (key) => inMemory.get(key) ?? tryStorage((storage) => storage.getItem(key), null),
    setItem: (key, value) => {
      const isStored = tryStorage((storage) => {
        storage.setItem(key, value);
        return true;
      }, false);
      if (!isStored) inMemory.set(key, value);
      else inMemory.delete(key);
    },
  };
}
