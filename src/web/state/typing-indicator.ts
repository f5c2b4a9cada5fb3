import type { Client, Person } from '../../client/index.ts';
import { Typing } from '../model/typing-users.ts';

/** How often one says that one types, in milliseconds. */
const everyMs = 3_000;

/** Who types in a room: the others, and oneself, which they are told. */
export class Typists {
  readonly #client: Client;
  readonly #room: string;
  readonly #onChange: () => void;
  readonly #others = new Typing();
  #fading: ReturnType<typeof setTimeout> | undefined;
  #toldAt = 0;

  constructor(client: Client, room: string, onChange: () => void) {
    this.#client = client;
    this.#room = room;
    this.#onChange = onChange;
  }

  /** The names of the others who type. */
  get names(): string[] {
    return this.#others.names(Date.now());
  }

  /** Another one types, or no longer. */
  note(person: Person, isTyping: boolean): void {
    this.#others.note(person, isTyping, Date.now());
    this.#fade();
  }

  /** Oneself types, or no longer. */
  tell(typing: boolean): void {
    if (typing ? Date.now() - this.#toldAt < everyMs : this.#toldAt === 0) return;
    this.#toldAt = typing ? Date.now() : 0;
    // Later it would not be true any more.
    if (this.#client.status.state !== 'connected') return;
    this.#client.request('typing', { room: this.#room, typing }).catch(() => {});
  }

  /** What one has typed was sent: that says enough. */
  sent(): void {
    this.#toldAt = 0;
  }

  /** Nobody is shown any more. */
  end(): void {
    clearTimeout(this.#fading);
  }

  #fade(): void {
    clearTimeout(this.#fading);
    const next = this.#others.fade(Date.now());
    if (next === undefined) return;
    this.#fading = setTimeout(() => {
      this.#fade();
      this.#onChange();
    }, next - Date.now());
  }
}
