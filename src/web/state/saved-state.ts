import { defaultRoom, isRoomName, normalizeName } from '../lib/limits.ts';
import type { OutgoingMessage } from '../model/outgoing.ts';

/** Where a browser keeps things: what it keeps may be anything, and it may keep nothing. */
export interface KeyValueStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** What was being written, and sent, in a room. */
export interface SavedDraft {
  readonly text: string;
  readonly drafts: readonly OutgoingMessage[];
}

/** As many rooms as the server lets one connection be in, by default. More are not remembered. */
const maxRooms = 50;

/**
 * What the page remembers: the name, the key by which one is the same person next time, and the
 * rooms, for all tabs; what was not sent yet, for this one. Who has the browser’s profile has the key.
 * Where tokens tell people apart it is kept for each person, so that nobody says what another one wrote.
 */
export class SavedState {
  readonly #persistentStorage: KeyValueStorage;
  readonly #tabStorage: KeyValueStorage;
  readonly #keyPrefix: string;

  /** What it remembers of that person, where there are several. */
  constructor(persistentStorage: KeyValueStorage, tabStorage: KeyValueStorage, userId = '') {
    this.#persistentStorage = persistentStorage;
    this.#tabStorage = tabStorage;
    this.#keyPrefix = `kaiwa.${userId && `${userId}/`}`;
  }

  /** The name that people see, once one has chosen one. */
  get name(): string | undefined {
    return normalizeName(this.#persistentStorage.getItem(`${this.#keyPrefix}name`) ?? '');
  }

  set name(name: string) {
    this.#persistentStorage.setItem(`${this.#keyPrefix}name`, name);
  }

  /** The secret by which one is the same person; made up where there is none. */
  get key(): string {
    const saved = this.#persistentStorage.getItem(`${this.#keyPrefix}key`) ?? '';
    if (/^[A-Za-z0-9_-]{16,128}$/.test(saved)) return saved;
    const bytes = crypto.getRandomValues(new Uint8Array(24));
    const key = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    this.#persistentStorage.setItem(`${this.#keyPrefix}key`, key);
    return key;
  }

  /** The rooms that one has joined, the default one first. */
  get rooms(): readonly string[] {
    const saved = (this.#persistentStorage.getItem(`${this.#keyPrefix}rooms`) ?? '')
      .split(' ')
      .filter(isRoomName);
    return [...new Set([defaultRoom, ...saved])].slice(0, maxRooms);
  }

  /** Remembers a room. Another tab may have remembered others. */
  addRoom(room: string): void {
    this.#persistentStorage.setItem(
      `${this.#keyPrefix}rooms`,
      [...new Set([...this.rooms, room])].join(' '),
    );
  }

  /** Forgets a room. */
  removeRoom(room: string): void {
    this.#persistentStorage.setItem(
      `${this.#keyPrefix}rooms`,
      this.rooms.filter((name) => name !== room).join(' '),
    );
  }

  /** What was not sent yet in a room. */
  getDraft(room: string): SavedDraft {
    try {
      const { text, drafts } = JSON.parse(
        this.#tabStorage.getItem(`${this.#keyPrefix}unsent.${room}`) ?? '{}',
      );
      return { text: String(text ?? ''), drafts: Array.isArray(drafts) ? drafts : [] };
    } catch {
      return { text: '', drafts: [] };
    }
  }

  /** Keeps what was not sent yet in a room. */
  saveDraft(room: string, draft: SavedDraft): void {
    this.#tabStorage.setItem(`${this.#keyPrefix}unsent.${room}`, JSON.stringify(draft));
  }
}

/** What a browser keeps, or what is forgotten with the page where it keeps nothing. */
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
