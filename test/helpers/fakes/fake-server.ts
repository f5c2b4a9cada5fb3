import type { DurableEvent } from '../../../schemas/index.ts';
import type { Frame } from '../test-server.ts';

/** How a server answers a handshake: a number is the status by which it refuses. */
export type Handshake = 'open' | 'hang' | 'cut' | number;

/** The way to one client, over a real socket or a made one. */
export interface Transport {
  deliver(data: string | Buffer): void;
  close(code: number): void;
}

/** One connection as the server sees it. */
export class FakePeer {
  /** The subprotocols that were offered. */
  readonly protocols: readonly string[];
  readonly rooms = new Set<string>();
  /** Every request that came on it. */
  readonly frames: Frame[] = [];
  /** Until either side closes it. */
  isOpen = true;
  readonly #transport: Transport;

  constructor(protocols: readonly string[], transport: Transport) {
    this.protocols = protocols;
    this.#transport = transport;
  }

  /** Sends to the client: text and bytes as they are, anything else as JSON. */
  send(data: unknown): void {
    if (!this.isOpen) return;
    const isRaw = typeof data === 'string' || Buffer.isBuffer(data);
    this.#transport.deliver(isRaw ? data : JSON.stringify(data));
  }

  /** Closes it; with 1006 without a word. */
  close(code = 1006): void {
    this.isOpen = false;
    this.#transport.close(code);
  }
}

/** What is answered to a request; nothing at all where it is undefined. */
export type RequestHandler = (frame: Frame, peer: FakePeer) => unknown;

/** A chat in memory that keeps the protocol, but for what a test makes it do. */
export class FakeServer {
  /** Every connection that ever was, oldest first. */
  readonly peers: FakePeer[] = [];
  /** The next handshakes are answered so; further ones are let in. */
  readonly handshakes: Handshake[] = [];
  /** Who the clients are. */
  readonly self = { userId: 'me', name: 'Aki' };
  /** The most events of a page. */
  pageSize = 100;
  /** What its clock shows, less what the client's does. */
  clockSkewMs = 0;
  readonly #logs = new Map<string, DurableEvent[]>();
  readonly #lastSeqs = new Map<string, number>();
  readonly #acks = new Map<string, Frame>();
  readonly #handlers = new Map<string, RequestHandler>();
  readonly #nextHandlers = new Map<string, RequestHandler[]>();

  /** The newest connection. */
  get peer(): FakePeer {
    const peer = this.peers.at(-1);
    if (!peer) throw new Error('nobody is connected');
    return peer;
  }

  /** Answers an action so from now on. */
  always(action: string, handler: RequestHandler): void {
    this.#handlers.set(action, handler);
  }

  /** Answers an action so next time, and after those that were scripted before. */
  once(action: string, handler: RequestHandler): void {
    this.#nextHandlers.set(action, [...(this.#nextHandlers.get(action) ?? []), handler]);
  }

  /** The time by its own clock. */
  get now(): string {
    return new Date(Date.now() + this.clockSkewMs).toISOString();
  }

  /** The requests for an action, on all connections or one. */
  requests(action: string, { frames }: Pick<FakePeer, 'frames'> = this.received): Frame[] {
    return frames.filter((frame) => frame['action'] === action);
  }

  /** All that clients have sent. */
  get received(): Pick<FakePeer, 'frames'> {
    return { frames: this.peers.flatMap(({ frames }) => frames) };
  }

  /** A room's log, oldest first. */
  log(room = 'tea'): DurableEvent[] {
    return (this.#logs.get(room) ?? []).toSorted((a, b) => a.seq - b.seq);
  }

  /** Forgets a room's log and its numbers. */
  wipe(room = 'tea'): void {
    this.#logs.delete(room);
    this.#lastSeqs.delete(room);
  }

  /** Takes a room's next number, to be written later or never. */
  allocateSeq(room = 'tea'): number {
    const seq = (this.#lastSeqs.get(room) ?? 0) + 1;
    this.#lastSeqs.set(room, seq);
    return seq;
  }

  /** Writes an event into the log; nobody is told. */
  write(event: Partial<DurableEvent> = {}): DurableEvent {
    const { room = 'tea', seq = this.allocateSeq(room) } = event;
    const stored = {
      ...{ type: 'message', room, seq, id: `id-${seq}`, message: `message ${seq}` },
      ...{ from: { userId: 'ben', name: 'Ben' }, sentAt: this.now },
      ...event,
    } as DurableEvent;
    const log = this.#logs.get(room) ?? [];
    log.push(stored);
    this.#logs.set(room, log);
    return stored;
  }

  /** Writes an event and tells all who are in its room, but one. */
  publish(event: Partial<DurableEvent> = {}, exclude?: FakePeer): DurableEvent {
    const stored = this.write(event);
    this.push(stored, exclude);
    return stored;
  }

  /** Pushes a frame to all who are in a room, but one. */
  push(frame: { readonly room: string }, exclude?: FakePeer): void {
    for (const peer of this.peers)
      if (peer !== exclude && peer.rooms.has(frame.room)) peer.send(frame);
  }

  /** Takes in a connection whose handshake is done. */
  accept(peer: FakePeer): void {
    this.peers.push(peer);
  }

  /** Takes a request. */
  receive(data: string, peer: FakePeer): void {
    const frame: Frame = JSON.parse(data);
    peer.frames.push(frame);
    const { action } = frame;
    const handler =
      this.#nextHandlers.get(action)?.shift() ?? this.#handlers.get(action) ?? this.respond;
    const reply = handler(frame, peer);
    if (reply !== undefined) peer.send(reply);
  }

  /** What an honest server answers. */
  readonly respond = (frame: Frame, peer: FakePeer): Frame => {
    const { action, room = 'lobby' } = frame;
    if (action === 'identity') return ack(frame, this.self);
    if (action === 'ping') return ack(frame, { time: this.now });
    if (action === 'joinroom') return this.#join(frame, peer);
    if (action === 'history') return ack(frame, this.#history(frame));
    if (action === 'leaveroom') peer.rooms.delete(room);
    return eventTypes[action] ? this.#commit(frame, peer) : ack(frame, { room });
  };

  #join(frame: Frame, peer: FakePeer): Frame {
    const { room, after } = frame;
    peer.rooms.add(room);
    const missed = after === undefined ? [] : this.log(room).filter(({ seq }) => seq > after);
    const events = missed.slice(0, this.pageSize);
    const more = missed.length > events.length;
    const seq = (more ? events : this.log(room)).at(-1)?.seq ?? 0;
    return ack(frame, { room, seq, events, more, recovered: true });
  }

  #history({ room, before = Number.POSITIVE_INFINITY, limit = 50 }: Frame) {
    const older = this.log(room).filter(({ type, seq }) => type === 'message' && seq < before);
    return { room, messages: older.slice(-limit), more: older.length > limit };
  }

  #commit(frame: Frame, peer: FakePeer): Frame {
    const { action, id, room, seq: target, ...fields } = frame;
    const key = JSON.stringify([action, room, id]);
    const previous = this.#acks.get(key);
    if (previous) return ack(frame, previous);
    const reference = target === undefined ? { id } : { target };
    const event = { ...fields, type: eventTypes[action], room, from: this.self, ...reference };
    const { seq, sentAt } = this.publish(event as Partial<DurableEvent>, peer);
    const result = target === undefined ? { room, seq, sentAt } : { room, seq, target };
    this.#acks.set(key, result);
    return ack(frame, result);
  }
}

const eventTypes: Readonly<Record<string, string>> = {
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
export const errorReply = ({ action, id }: Frame, code: string, rest: object = {}): Frame => ({
  ...{ type: 'error', action, id, code, message: code, retryable: false },
  ...rest,
});
