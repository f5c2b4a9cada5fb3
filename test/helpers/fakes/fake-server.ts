import type { DurableEvent } from '../../../schemas/index.ts';
import type { Frame } from '../test-server.ts';
import type { FakePeer } from './fake-peer.ts';
import { ack, errorReply } from './replies.ts';

/** How the server answers a handshake: a number is the status that rejects it. */
export type Handshake = 'open' | 'hang' | 'cut' | number;

/** Returns the answer to a request, or undefined for none. */
export type RequestHandler = (frame: Frame, peer: FakePeer) => unknown;

/** A chat server in memory. It keeps the protocol, except for what a test scripts. */
export class FakeServer {
  /** Every connection, also closed ones, oldest first. */
  readonly peers: FakePeer[] = [];
  /** The answers to the next handshakes. Later ones are accepted. */
  readonly handshakes: Handshake[] = [];
  /** The user of every client. */
  readonly self = { userId: 'me', name: 'Aki' };
  /** The most events on a page. */
  pageSize = 100;
  /** The lead of its clock over the client's, in milliseconds. */
  clockSkewMs = 0;
  readonly #logs = new Map<string, DurableEvent[]>();
  readonly #lastSeqs = new Map<string, number>();
  readonly #acks = new Map<string, Frame>();
  readonly #handlers = new Map<string, RequestHandler>();
  readonly #nextHandlers = new Map<string, RequestHandler[]>();

  /** The newest connection. */
  get peer(): FakePeer {
    const peer = this.peers.at(-1);
    if (!peer) throw new Error('No client is connected.');
    return peer;
  }

  /** Answers an action with this handler from now on. */
  always(action: string, handler: RequestHandler): void {
    this.#handlers.set(action, handler);
  }

  /** Answers an action with this handler once, after the handlers that were queued before. */
  once(action: string, handler: RequestHandler): void {
    this.#nextHandlers.set(action, [...(this.#nextHandlers.get(action) ?? []), handler]);
  }

  /** The time by its own clock. */
  get now(): string {
    return new Date(Date.now() + this.clockSkewMs).toISOString();
  }

  /** Returns the requests for an action, on all connections or on one. */
  requests(action: string, { frames }: Pick<FakePeer, 'frames'> = this.received): Frame[] {
    return frames.filter((frame) => frame['action'] === action);
  }

  /** Every request of every client. */
  get received(): Pick<FakePeer, 'frames'> {
    return { frames: this.peers.flatMap(({ frames }) => frames) };
  }

  /** Returns the log of a room, oldest first. */
  log(room = 'tea'): DurableEvent[] {
    return (this.#logs.get(room) ?? []).toSorted((a, b) => a.seq - b.seq);
  }

  /** Deletes the log of a room, and its last `seq`. */
  wipe(room = 'tea'): void {
    this.#logs.delete(room);
    this.#lastSeqs.delete(room);
  }

  /** Allocates the next `seq` of a room, to be written later or never. */
  allocateSeq(room = 'tea'): number {
    const seq = (this.#lastSeqs.get(room) ?? 0) + 1;
    this.#lastSeqs.set(room, seq);
    return seq;
  }

  /** Writes an event into the log without pushing it. */
  write(event: Partial<DurableEvent> = {}): DurableEvent {
    const { room = 'tea', seq = this.allocateSeq(room) } = event;
    const stored = {
      type: 'message',
      room,
      seq,
      id: `id-${seq}`,
      from: { userId: 'ben', name: 'Ben' },
      message: `message ${seq}`,
      sentAt: this.now,
      ...event,
    } as DurableEvent;
    const log = this.#logs.get(room) ?? [];
    log.push(stored);
    this.#logs.set(room, log);
    return stored;
  }

  /** Writes an event, and pushes it to every member of its room except one. */
  publish(event: Partial<DurableEvent> = {}, exclude?: FakePeer): DurableEvent {
    const stored = this.write(event);
    this.push(stored, exclude);
    return stored;
  }

  /** Pushes a frame to every member of a room except one. */
  push(frame: { readonly room: string }, exclude?: FakePeer): void {
    for (const peer of this.peers)
      if (peer !== exclude && peer.rooms.has(frame.room)) peer.send(frame);
  }

  /** Accepts a connection after its handshake. */
  accept(peer: FakePeer): void {
    this.peers.push(peer);
  }

  /** Handles a request. */
  receive(data: string, peer: FakePeer): void {
    const frame: Frame = JSON.parse(data);
    peer.frames.push(frame);
    const { action } = frame;
    const handler =
      this.#nextHandlers.get(action)?.shift() ?? this.#handlers.get(action) ?? this.respond;
    const reply = handler(frame, peer);
    if (reply !== undefined) peer.send(reply);
  }

  /** Returns the answer that the protocol asks for. A durable event can have these fields already. */
  readonly respond = (
    frame: Frame,
    peer: FakePeer,
    allocated: Partial<DurableEvent> = {},
  ): Frame => {
    const { action, room = 'lobby' } = frame;
    if (action === 'identity') return ack(frame, this.self);
    if (action === 'ping') return ack(frame, { time: this.now });
    if (action === 'joinroom') return this.#join(frame, peer);
    if (action === 'history') return ack(frame, this.#history(frame));
    if (action === 'leaveroom' && !peer.rooms.delete(room)) return errorReply(frame, 'not_member');
    return eventTypes[action] ? this.#commit(frame, peer, allocated) : ack(frame, { room });
  };

  /** Returns whether the event of a durable request is stored. */
  isStored(frame: Frame): boolean {
    return this.#acks.has(toKey(frame));
  }

  #join(frame: Frame, peer: FakePeer): Frame {
    const { room, after } = frame;
    peer.rooms.add(room);
    const missed = after === undefined ? [] : this.log(room).filter(({ seq }) => seq > after);
    const events = missed.slice(0, this.pageSize);
    const more = missed.length > events.length;
    const seq = this.log(room).at(-1)?.seq ?? 0;
    return ack(frame, { room, seq, events, more, recovered: true });
  }

  #history({ room, before = Number.POSITIVE_INFINITY, limit = 50 }: Frame) {
    const older = this.log(room).filter(({ type, seq }) => type === 'message' && seq < before);
    return { room, messages: older.slice(-limit), more: older.length > limit };
  }

  #commit(frame: Frame, peer: FakePeer, allocated: Partial<DurableEvent>): Frame {
    const { action, id, room, seq: target, ...fields } = frame;
    const key = toKey(frame);
    const previous = this.#acks.get(key);
    if (previous) return ack(frame, previous);
    const reference = target === undefined ? { id } : { target };
    const type = eventTypes[action];
    const event = { ...fields, ...allocated, type, room, from: this.self, ...reference };
    const { seq, sentAt } = this.publish(event as Partial<DurableEvent>, peer);
    const result = target === undefined ? { room, seq, sentAt } : { room, seq, target };
    this.#acks.set(key, result);
    return ack(frame, result);
  }
}

/** Returns the key of a durable request: a retry has the same one. */
const toKey = ({ action, room, id }: Frame) => JSON.stringify([action, room, id]);

const eventTypes: Readonly<Record<string, string>> = {
  sendmessage: 'message',
  editmessage: 'edited',
  deletemessage: 'deleted',
  react: 'reaction',
};
