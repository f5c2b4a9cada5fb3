import type { DurableEvent } from '../../../schemas/index.ts';
import type { FakePeer } from '../../helpers/fakes/fake-peer.ts';
import type { FakeServer } from '../../helpers/fakes/fake-server.ts';
import { errorReply } from '../../helpers/fakes/replies.ts';
import type { Frame } from '../../helpers/test-server.ts';

/** The longest time from the allocation of a `seq` to its write, in milliseconds. Promise 4 allows 30 s. */
const maxWriteMs = 29_500;

/** The most that the clock of one server is ahead of another one, in milliseconds. */
const maxSkewMs = 60_000;

const durableActions = ['sendmessage', 'editmessage', 'react'];

/** The failures of a server: at random, anything goes wrong until it is calm. */
export class Chaos {
  isCalm = false;
  readonly #server: FakeServer;
  readonly #random: () => number;
  readonly #baseSkewMs: number;
  /** The durable requests that are being written, by their content. */
  readonly #writing = new Set<string>();

  constructor(server: FakeServer, random: () => number) {
    this.#server = server;
    this.#random = random;
    this.#baseSkewMs = (random() - 0.5) * 7_200_000;
    server.clockSkewMs = this.#baseSkewMs;
    server.pageSize = 2 + Math.floor(random() * 12);
    for (const action of ['identity', 'joinroom', 'leaveroom', ...durableActions])
      server.always(action, (frame, peer) => this.#respond(frame, peer));
    const push = server.push.bind(server);
    server.push = (event, exclude) => {
      if (this.isCalm) return push(event, exclude);
      for (const peer of server.peers)
        if (peer !== exclude && peer.rooms.has(event.room)) this.#pushLater(event, peer);
    };
  }

  /** Writes an event at once, late or never. Sometimes it ends the connection, or sets a clock. */
  step(): void {
    if (this.#happens(0.05)) this.#server.peers.at(-1)?.close(this.#happens(0.5) ? 1001 : 1006);
    if (this.#happens(0.1)) this.#server.handshakes.push(this.#happens(0.5) ? 503 : 'cut');
    if (this.#happens(0.05)) jest.setSystemTime(Date.now() + (this.#random() - 0.5) * 600_000);
    const allocated = this.#allocate();
    const publish = () => this.#server.publish(allocated);
    if (this.#happens(0.1)) return;
    if (this.#happens(0.15)) setTimeout(publish, this.#random() * maxWriteMs);
    else publish();
  }

  #happens(probability: number): boolean {
    return !this.isCalm && this.#random() < probability;
  }

  /** Allocates a seq. The server that does so has a clock of its own. */
  #allocate(): Pick<DurableEvent, 'seq' | 'sentAt'> {
    const time = performance.now() + this.#baseSkewMs + this.#random() * maxSkewMs;
    const sentAt = new Date(Date.UTC(2026, 10, 22) + time).toISOString();
    return { seq: this.#server.allocateSeq(), sentAt };
  }

  #pushLater(event: object, peer: FakePeer): void {
    for (let times = this.#happens(0.1) ? 2 : 1; times > 0; times -= 1) {
      if (this.#happens(0.15)) continue;
      if (this.#happens(0.5)) setTimeout(() => peer.send(event), this.#random() * 1_500);
      else peer.send(event);
    }
  }

  #respond(frame: Frame, peer: FakePeer): unknown {
    if (this.#happens(0.03)) return peer.close();
    if (this.#happens(0.03)) return errorReply(frame, 'unavailable', { retryable: true });
    if (this.#happens(0.02))
      return errorReply(frame, 'rate_limited', { retryable: true, retryAfterMs: 700 });
    return durableActions.includes(frame['action'])
      ? this.#write(frame, peer)
      : this.#reply(peer, this.#server.respond(frame, peer));
  }

  /** Writes the event of a durable request, sometimes late. Until then, a retry gets an error. */
  #write(frame: Frame, peer: FakePeer): unknown {
    const key = JSON.stringify(frame);
    if (this.#writing.has(key)) return errorReply(frame, 'unavailable', { retryable: true });
    const isStored = this.#server.isStored(frame);
    const allocated = isStored ? undefined : this.#allocate();
    const write = () => {
      this.#writing.delete(key);
      return this.#reply(peer, this.#server.respond(frame, peer, allocated));
    };
    if (isStored || !this.#happens(0.2)) return write();
    this.#writing.add(key);
    setTimeout(write, this.#random() ** 4 * maxWriteMs);
    return undefined;
  }

  /** Sends a reply soon, or loses it. */
  #reply(peer: FakePeer, reply: Frame): void {
    if (this.#happens(0.03)) return;
    if (this.#happens(0.03)) peer.close(1012);
    else setTimeout(() => peer.send(reply), this.isCalm ? 0 : this.#random() * 300);
  }
}
