import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type Room, type RoomEvent } from '../../src/client/index.ts';

/** What was acked: where it stands, and what it said. */
export interface AckedSend {
  readonly room: string;
  readonly seq: number;
  readonly text: string | undefined;
}

const pickRandom = <T>(all: readonly T[]): T => all[Math.floor(Math.random() * all.length)] as T;

/** Somebody in a room, who speaks now and then and keeps what the room gives out. */
export class SoakClient {
  readonly room: string;
  /** What was given out, by number, as it first came. */
  readonly received = new Map<number, RoomEvent>();
  /** What must not be: an event that came twice, or a hole that was given up. */
  readonly violations: string[] = [];
  readonly acks: AckedSend[] = [];
  /** Requests that failed, by why. */
  readonly failures = new Map<string, number>();
  readonly #client;
  readonly #name: string;
  #joinedRoom: Room | undefined;
  #sentCount = 0;
  #ownSeqs: number[] = [];

  constructor(url: string, room: string, name: string) {
    [this.room, this.#name] = [room, name];
    this.#client = createClient({ url, name, maxReconnectDelayMs: 5_000, sendTimeoutMs: 120_000 });
  }

  /** Joins, and speaks about every so many milliseconds until the signal. */
  async run(intervalMs: number, signal: AbortSignal): Promise<void> {
    const room = await this.#client.join(this.room, { after: 0 });
    this.#joinedRoom = room;
    room.on('event', (event) => this.#receive(event));
    while (!signal.aborted) {
      await sleep(Math.random() * 2 * intervalMs, undefined, { signal: signal }).catch(() => {});
      if (!signal.aborted) await this.#step(room);
    }
  }

  /** Says something last, which all must see. */
  async sendLast(): Promise<void> {
    if (this.#joinedRoom) await this.#send(this.#joinedRoom);
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  get state(): string {
    return this.#client.status.state;
  }

  #receive(event: RoomEvent): void {
    if (event.type === 'incomplete') this.violations.push(`incomplete after ${event.after}`);
    else if (this.received.has(event.seq)) this.violations.push(`twice: ${event.seq}`);
    this.received.set(event.seq, event);
  }

  async #step(room: Room): Promise<void> {
    const messages = [...this.received.values()].filter(({ type }) => type === 'message');
    const chance = Math.random();
    if (chance < 0.7 || messages.length === 0) await this.#send(room);
    else if (chance < 0.9)
      await this.#recordAck(
        room.react(pickRandom(messages).seq, pickRandom(['👍', '🍵', '❤']), chance < 0.85),
      );
    else if (this.#ownSeqs.length > 0) {
      const text = this.#nextText();
      await this.#recordAck(room.edit(pickRandom(this.#ownSeqs), text), text);
    }
  }

  async #send(room: Room): Promise<void> {
    const text = this.#nextText();
    const seq = await this.#recordAck(room.send(text), text);
    if (seq !== undefined) this.#ownSeqs.push(seq);
  }

  #nextText(): string {
    this.#sentCount += 1;
    return `${this.#name} ${this.#sentCount}`;
  }

  async #recordAck(sending: Promise<{ seq: number }>, text?: string): Promise<number | undefined> {
    try {
      const { seq } = await sending;
      this.acks.push({ room: this.room, seq, text });
      return seq;
    } catch (thrown) {
      const { code = String(thrown) } = Object(thrown);
      this.failures.set(code, (this.failures.get(code) ?? 0) + 1);
      return undefined;
    }
  }
}
