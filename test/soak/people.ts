import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type Room, type RoomEvent } from '../../src/client/index.ts';

/** What was acked: where it stands, and what it said. */
export interface Acked {
  readonly room: string;
  readonly seq: number;
  readonly text: string | undefined;
}

const any = <T>(all: readonly T[]): T => all[Math.floor(Math.random() * all.length)] as T;

/** Somebody in a room, who speaks now and then and keeps what the room gives out. */
export class Talker {
  readonly room: string;
  /** What was given out, by number, as it first came. */
  readonly view = new Map<number, RoomEvent>();
  /** What must not be: an event that came twice, or a hole that was given up. */
  readonly wrong: string[] = [];
  readonly acked: Acked[] = [];
  /** Requests that failed, by why. */
  readonly failed = new Map<string, number>();
  readonly #client;
  readonly #name: string;
  #joined: Room | undefined;
  #said = 0;
  #own: number[] = [];

  constructor(url: string, room: string, name: string) {
    [this.room, this.#name] = [room, name];
    this.#client = createClient({ url, name, maxBackoffMs: 5_000, sendTimeoutMs: 120_000 });
  }

  /** Joins, and speaks about every so many milliseconds until the signal. */
  async live(everyMs: number, over: AbortSignal): Promise<void> {
    const room = await this.#client.join(this.room, { after: 0 });
    this.#joined = room;
    room.on('event', (event) => this.#take(event));
    while (!over.aborted) {
      await sleep(Math.random() * 2 * everyMs, undefined, { signal: over }).catch(() => {});
      if (!over.aborted) await this.#act(room);
    }
  }

  /** Says something last, which all must see. */
  async end(): Promise<void> {
    if (this.#joined) await this.#say(this.#joined);
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  get state(): string {
    return this.#client.status.state;
  }

  #take(event: RoomEvent): void {
    if (event.type === 'incomplete') this.wrong.push(`incomplete after ${event.after}`);
    else if (this.view.has(event.seq)) this.wrong.push(`twice: ${event.seq}`);
    this.view.set(event.seq, event);
  }

  async #act(room: Room): Promise<void> {
    const messages = [...this.view.values()].filter(({ type }) => type === 'message');
    const chance = Math.random();
    if (chance < 0.7 || messages.length === 0) await this.#say(room);
    else if (chance < 0.9)
      await this.#ack(room.react(any(messages).seq, any(['👍', '🍵', '❤']), chance < 0.85));
    else if (this.#own.length > 0) {
      const text = this.#text();
      await this.#ack(room.edit(any(this.#own), text), text);
    }
  }

  async #say(room: Room): Promise<void> {
    const text = this.#text();
    const seq = await this.#ack(room.send(text), text);
    if (seq !== undefined) this.#own.push(seq);
  }

  #text(): string {
    this.#said += 1;
    return `${this.#name} ${this.#said}`;
  }

  async #ack(sending: Promise<{ seq: number }>, text?: string): Promise<number | undefined> {
    try {
      const { seq } = await sending;
      this.acked.push({ room: this.room, seq, text });
      return seq;
    } catch (thrown) {
      const { code = String(thrown) } = Object(thrown);
      this.failed.set(code, (this.failed.get(code) ?? 0) + 1);
      return undefined;
    }
  }
}
