import { isRoom, lobby, nameFrom } from '../lib/limits.ts';
import type { Draft } from '../model/outgoing.ts';

/** Where a browser keeps things: what it keeps may be anything, and it may keep nothing. */
export interface Keeping {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** What was being written, and sent, in a room. */
export interface Unsent {
  readonly text: string;
  readonly drafts: readonly Draft[];
}

/** As many rooms as the server lets one connection be in, by default. More are not remembered. */
const maxRooms = 50;

/**
 * What the page remembers: the name, the key by which one is the same person next time, and the
 * rooms, for all tabs; what was not sent yet, for this one. Who has the browser’s profile has the key.
 * Where tokens tell people apart it is kept for each person, so that nobody says what another one wrote.
 */
export class Memory {
  readonly #lasting: Keeping;
  readonly #ofTab: Keeping;
  readonly #place: string;

  /** What it remembers of that person, where there are several. */
  constructor(lasting: Keeping, ofTab: Keeping, person = '') {
    this.#lasting = lasting;
    this.#ofTab = ofTab;
    this.#place = `kaiwa.${person && `${person}/`}`;
  }

  /** The name that people see, once one has chosen one. */
  get name(): string | undefined {
    return nameFrom(this.#lasting.getItem(`${this.#place}name`) ?? '');
  }

  set name(name: string) {
    this.#lasting.setItem(`${this.#place}name`, name);
  }

  /** The secret by which one is the same person; made up where there is none. */
  get key(): string {
    const kept = this.#lasting.getItem(`${this.#place}key`) ?? '';
    if (/^[A-Za-z0-9_-]{16,128}$/.test(kept)) return kept;
    const bytes = crypto.getRandomValues(new Uint8Array(24));
    const key = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    this.#lasting.setItem(`${this.#place}key`, key);
    return key;
  }

  /** The rooms that one has joined, the default one first. */
  get rooms(): readonly string[] {
    const kept = (this.#lasting.getItem(`${this.#place}rooms`) ?? '').split(' ').filter(isRoom);
    return [...new Set([lobby, ...kept])].slice(0, maxRooms);
  }

  /** Remembers a room. Another tab may have remembered others. */
  join(room: string): void {
    this.#lasting.setItem(`${this.#place}rooms`, [...new Set([...this.rooms, room])].join(' '));
  }

  /** Forgets a room. */
  leave(room: string): void {
    this.#lasting.setItem(
      `${this.#place}rooms`,
      this.rooms.filter((one) => one !== room).join(' '),
    );
  }

  /** What was not sent yet in a room. */
  unsent(room: string): Unsent {
    try {
      const { text, drafts } = JSON.parse(
        this.#ofTab.getItem(`${this.#place}unsent.${room}`) ?? '{}',
      );
      return { text: String(text ?? ''), drafts: Array.isArray(drafts) ? drafts : [] };
    } catch {
      return { text: '', drafts: [] };
    }
  }

  /** Keeps what was not sent yet in a room. */
  keep(room: string, unsent: Unsent): void {
    this.#ofTab.setItem(`${this.#place}unsent.${room}`, JSON.stringify(unsent));
  }
}

/** What a browser keeps, or what is forgotten with the page where it keeps nothing. */
export function keeping(open: () => Keeping): Keeping {
  const kept = new Map<string, string>();
  const attempt = <T>(work: (storage: Keeping) => T, instead: T): T => {
    try {
      return work(open());
    } catch {
      return instead;
    }
  };
  return {
    getItem: (key) => kept.get(key) ?? attempt((storage) => storage.getItem(key), null),
    setItem: (key, value) => {
      const isKept = attempt((storage) => {
        storage.setItem(key, value);
        return true;
      }, false);
      if (!isKept) kept.set(key, value);
      else kept.delete(key);
    },
  };
}
