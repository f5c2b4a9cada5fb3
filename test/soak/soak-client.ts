import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, KaiwaError, type Room, type RoomEvent } from '../../src/client/index.ts';

/** A request that was acked. */
export interface AckedRequest {
  readonly room: string;
  readonly seq: number;
  /** Text of the message that was sent or edited. */
  readonly text: string | undefined;
}

const pickRandom = <T>(values: readonly T[]): T =>
  values[Math.floor(Math.random() * values.length)] as T;

/** A client in one room, which sends at random times and records what it receives. */
export class SoakClient {
  readonly room: string;
  /** Received events by seq. */
  readonly received = new Map<number, RoomEvent>();
  /** Broken guarantees: an event that was emitted twice, or a gap that was not filled. */
  readonly violations: string[] = [];
  readonly acks: AckedRequest[] = [];
  /** Number of failed requests by error code. */
  readonly failures = new Map<string, number>();
  readonly #client;
  readonly #name: string;
  #joinedRoom: Room | undefined;
  #sentCount = 0;
  #ownSeqs: number[] = [];

  constructor(url: string, room: string, name: string) {
    this.room = room;
    this.#name = name;
    this.#client = createClient({ url, name, maxReconnectDelayMs: 5_000, sendTimeoutMs: 120_000 });
  }

  /** Joins, and sends a request every `intervalMs` milliseconds on average, until the signal aborts. */
  async run(intervalMs: number, signal: AbortSignal): Promise<void> {
    const room = await this.#client.join(this.room, { after: 0 });
    this.#joinedRoom = room;
    room.on('event', (event) => this.#receive(event));
    while (!signal.aborted) {
      await sleep(Math.random() * 2 * intervalMs, undefined, { signal }).catch(() => {});
      if (!signal.aborted) await this.#sendRandom(room);
    }
  }

  /** Sends a last message, which every member must receive. */
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
    if (event.type === 'incomplete') this.violations.push(`a gap after seq ${event.after}`);
    else if (this.received.has(event.seq)) this.violations.push(`seq ${event.seq} emitted twice`);
    this.received.set(event.seq, event);
  }

  /** Sends a message, a reaction or an edit. */
  async #sendRandom(room: Room): Promise<void> {
    const messages = [...this.received.values()].filter(({ type }) => type === 'message');
    const chance = Math.random();
    if (chance < 0.7 || messages.length === 0) {
      await this.#send(room);
    } else if (chance < 0.9) {
      const emoji = pickRandom(['👍', '🍵', '❤']);
      await this.#recordAck(room.react(pickRandom(messages).seq, emoji, chance < 0.85));
    } else if (this.#ownSeqs.length > 0) {
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
      const code = thrown instanceof KaiwaError ? thrown.code : String(thrown);
      this.failures.set(code, (this.failures.get(code) ?? 0) + 1);
      return undefined;
    }
  }
}
