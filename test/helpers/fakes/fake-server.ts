import type { DurableEvent } from '../../../schemas/index.ts';
import type { Frame } from '../test-server.ts';

/** How a server answers a handshake: a number is the status by which it refuses. */
export type Handshake = 'open' | 'hang' | 'cut' | number;

/** The way to one client, over a real socket or a made one. */
export interface Link {
  deliver(data: string | Buffer): void;
  close(code: number): void;
}

/** One connection as the server sees it. */
export class Peer {
  /** The subprotocols that were offered. */
  readonly protocols: readonly string[];
  readonly rooms = new Set<string>();
  /** Every request that came on it. */
  readonly frames: Frame[] = [];
  /** Until either side closes it. */
  isOpen = true;
  readonly #link: Link;

  constructor(protocols: readonly string[], link: Link) {
    this.protocols = protocols;
    this.#link = link;
  }

  /** Sends to the client: text and bytes as they are, anything else as JSON. */
  send(data: unknown): void {
    if (!this.isOpen) return;
    const isRaw = typeof data === 'string' || Buffer.isBuffer(data);
    this.#link.deliver(isRaw ? data : JSON.stringify(data));
  }

  /** Closes it; with 1006 without a word. */
  close(code = 1006): void {
    this.isOpen = false;
    this.#link.close(code);
  }
}

/** What is answered to a request; nothing at all where it is undefined. */
export type Answer = (frame: Frame, peer: Peer) => unknown;

/** A chat in memory that keeps the protocol, but for what a test makes it do. */
export class Hostile {
  /** Every connection that ever was, oldest first. */
  readonly peers: Peer[] = [];
  /** The next handshakes are answered so; further ones are let in. */
  readonly handshakes: Handshake[] = [];
  /** Who the clients are. */
  readonly self = { userId: 'me', name: 'Aki' };
  /** The most events of a page. */
  pageSize = 100;
  /** What its clock shows, less what the client's does. */
  skewMs = 0;
  readonly #logs = new Map<string, DurableEvent[]>();
  readonly #taken = new Map<string, number>();
  readonly #acks = new Map<string, Frame>();
  readonly #answers = new Map<string, Answer>();
  readonly #next = new Map<string, Answer[]>();

  /** The newest connection. */
  get peer(): Peer {
    const peer = this.peers.at(-1);
    if (!peer) throw new Error('nobody is connected');
    return peer;
  }

  /** Answers an action so from now on. */
  always(action: string, answer: Answer): void {
    this.#answers.set(action, answer);
  }

  /** Answers an action so next time, and after those that were scripted before. */
  once(action: string, answer: Answer): void {
    this.#next.set(action, [...(this.#next.get(action) ?? []), answer]);
  }

  /** The time by its own clock. */
  get now(): string {
    return new Date(Date.now() + this.skewMs).toISOString();
  }

  /** The requests for an action, on all connections or one. */
  requests(action: string, { frames }: Pick<Peer, 'frames'> = this.all): Frame[] {
    return frames.filter((frame) => frame['action'] === action);
  }

  /** All that clients have sent. */
  get all(): Pick<Peer, 'frames'> {
    return { frames: this.peers.flatMap(({ frames }) => frames) };
  }

  /** A room's log, oldest first. */
  log(room = 'tea'): DurableEvent[] {
    return (this.#logs.get(room) ?? []).toSorted((a, b) => a.seq - b.seq);
  }

  /** Forgets a room's log and its numbers. */
  wipe(room = 'tea'): void {
    this.#logs.delete(room);
    this.#taken.delete(room);
  }

  /** Takes a room's next number, to be written later or never. */
  take(room = 'tea'): number {
    const seq = (this.#taken.get(room) ?? 0) + 1;
    this.#taken.set(room, seq);
    return seq;
  }

  /** Writes an event into the log; nobody is told. */
  write(event: Partial<DurableEvent> = {}): DurableEvent {
    const { room = 'tea', seq = this.take(room) } = event;
    const written = {
      ...{ type: 'message', room, seq, id: `id-${seq}`, message: `message ${seq}` },
      ...{ from: { userId: 'ben', name: 'Ben' }, sentAt: this.now },
      ...event,
    } as DurableEvent;
    const log = this.#logs.get(room) ?? [];
    log.push(written);
    this.#logs.set(room, log);
    return written;
  }

  /** Writes an event and tells all who are in its room, but one. */
  say(event: Partial<DurableEvent> = {}, but?: Peer): DurableEvent {
    const written = this.write(event);
    this.push(written, but);
    return written;
  }

  /** Pushes a frame to all who are in a room, but one. */
  push(frame: { readonly room: string }, but?: Peer): void {
    for (const peer of this.peers) if (peer !== but && peer.rooms.has(frame.room)) peer.send(frame);
  }

  /** Takes in a connection whose handshake is done. */
  accept(peer: Peer): void {
    this.peers.push(peer);
  }

  /** Takes a request. */
  receive(data: string, peer: Peer): void {
    const frame: Frame = JSON.parse(data);
    peer.frames.push(frame);
    const { action } = frame;
    const answer = this.#next.get(action)?.shift() ?? this.#answers.get(action) ?? this.serve;
    const reply = answer(frame, peer);
    if (reply !== undefined) peer.send(reply);
  }

  /** What an honest server answers. */
  readonly serve = (frame: Frame, peer: Peer): Frame => {
    const { action, room = 'lobby' } = frame;
    if (action === 'identity') return ack(frame, this.self);
    if (action === 'ping') return ack(frame, { time: this.now });
    if (action === 'joinroom') return this.#join(frame, peer);
    if (action === 'history') return ack(frame, this.#history(frame));
    if (action === 'leaveroom') peer.rooms.delete(room);
    return durable[action] ? this.#commit(frame, peer) : ack(frame, { room });
  };

  #join(frame: Frame, peer: Peer): Frame {
    const { room, after } = frame;
    peer.rooms.add(room);
    const behind = after === undefined ? [] : this.log(room).filter(({ seq }) => seq > after);
    const events = behind.slice(0, this.pageSize);
    const more = behind.length > events.length;
    const seq = (more ? events : this.log(room)).at(-1)?.seq ?? 0;
    return ack(frame, { room, seq, events, more, recovered: true });
  }

  #history({ room, before = Number.POSITIVE_INFINITY, limit = 50 }: Frame) {
    const all = this.log(room).filter(({ type, seq }) => type === 'message' && seq < before);
    return { room, messages: all.slice(-limit), more: all.length > limit };
  }

  #commit(frame: Frame, peer: Peer): Frame {
    const { action, id, room, seq: target, ...fields } = frame;
    const key = JSON.stringify([action, room, id]);
    const before = this.#acks.get(key);
    if (before) return ack(frame, before);
    const about = target === undefined ? { id } : { target };
    const event = { ...fields, type: durable[action], room, from: this.self, ...about };
    const { seq, sentAt } = this.say(event as Partial<DurableEvent>, peer);
    const result = target === undefined ? { room, seq, sentAt } : { room, seq, target };
    this.#acks.set(key, result);
    return ack(frame, result);
  }
}

const durable: Readonly<Record<string, string>> = {
  sendmessage: 'message',
  editmessage: 'edited',
  deletemessage: 'deleted',
  react: 'reaction',
};

/** Tells a request that it is done. */
export const ack = ({ action, id }: Frame, result: object): Frame => ({
  ...{ type: 'ack', action, id },
  ...result,
});

/** Tells a request that it failed. */
export const refusal = ({ action, id }: Frame, code: string, rest: object = {}): Frame => ({
  ...{ type: 'error', action, id, code, message: code, retryable: false },
  ...rest,
});
