import type { RoomEvent } from '../../../src/client/index.ts';
import type { FakePeer } from '../../helpers/fakes/fake-peer.ts';
import { errorReply, type FakeServer } from '../../helpers/fakes/fake-server.ts';
import type { Frame } from '../../helpers/test-server.ts';
import {
  advance,
  collectEvents,
  createTestClient,
  join,
  type Observed,
  observe,
  type TestClient,
  useFakeClock,
} from './setup.ts';

useFakeClock();

/** Returns numbers from 0 to 1, the same for the same seed (a linear congruence, as in `drand48`). */
function createRandom(seed: number): () => number {
  let state = BigInt(seed) * 65_536n + 13_070n;
  return () => {
    state = (state * 25_214_903_917n + 11n) % 2n ** 48n;
    return Number(state >> 16n) / 2 ** 32;
  };
}

/** The failures of a server: at random, anything goes wrong until it is calm. */
class Chaos {
  isCalm = false;
  readonly #server: FakeServer;
  readonly #random: () => number;

  constructor(server: FakeServer, random: () => number) {
    this.#server = server;
    this.#random = random;
    server.clockSkewMs = (random() - 0.5) * 7_200_000;
    server.pageSize = 2 + Math.floor(random() * 12);
    for (const action of ['identity', 'joinroom', 'sendmessage'])
      server.always(action, (frame, peer) => this.#respond(frame, peer));
    const push = server.push.bind(server);
    server.push = (event, exclude) => {
      if (this.isCalm) return push(event, exclude);
      for (const peer of server.peers)
        if (peer !== exclude && peer.rooms.has(event.room)) this.#pushLater(event, peer);
    };
  }

  /** Writes an event at once, late or never, and sometimes ends the connection. */
  step(): void {
    if (this.#happens(0.05)) this.#server.peers.at(-1)?.close(this.#happens(0.5) ? 1001 : 1006);
    if (this.#happens(0.1)) this.#server.handshakes.push(this.#happens(0.5) ? 503 : 'cut');
    const seq = this.#server.allocateSeq();
    const sentAt = this.#server.now;
    const publish = () => this.#server.publish({ seq, sentAt });
    if (this.#happens(0.1)) return;
    if (this.#happens(0.15)) setTimeout(publish, this.#random() * 29_500);
    else publish();
  }

  #happens(probability: number): boolean {
    return !this.isCalm && this.#random() < probability;
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
    const reply = this.#server.respond(frame, peer);
    if (this.#happens(0.03)) return undefined;
    if (this.#happens(0.03)) return peer.close(1012);
    setTimeout(() => peer.send(reply), this.isCalm ? 0 : this.#random() * 300);
    return undefined;
  }
}

/** Runs a client on such a server. Returns the events that it got, and its sends. */
async function runClient(seed: number) {
  const random = createRandom(seed);
  jest.spyOn(Math, 'random').mockImplementation(random);
  const testClient = createTestClient({
    requestTimeoutMs: 2_000,
    sendTimeoutMs: 600_000,
    maxConnectionAgeMs: 20_000,
  });
  const chaos = new Chaos(testClient.server, random);
  chaos.isCalm = true;
  const events = collectEvents(await join(testClient.client, { after: 0 }));
  chaos.isCalm = false;
  const room = await testClient.client.join('tea');
  const sends: Observed<{ seq: number }>[] = [];
  for (let step = 0; step < 40; step += 1) {
    chaos.step();
    if (random() < 0.3) sends.push(observe(room.send(`mine ${sends.length}`)));
    await advance(random() * 1_500);
  }
  chaos.isCalm = true;
  testClient.server.handshakes.length = 0;
  observe(testClient.client.connect());
  await advance(90_000);
  testClient.server.publish();
  await advance(5_000);
  return { ...testClient, events, sends };
}

/** Returns whether the events are in the order of `seq`, except for late ones. */
const isInOrder = (events: readonly RoomEvent[]) => {
  const seqs = events.filter((event) => !('late' in event)).map(({ seq }) => seq);
  return seqs.every((seq, index) => index === 0 || seq > Number(seqs[index - 1]));
};

function expectComplete({
  server,
  events,
  sends,
}: Pick<TestClient, 'server'> & Awaited<ReturnType<typeof runClient>>) {
  const seqs = server.log().map(({ seq }) => seq);
  expect(events.map(({ seq }) => seq).toSorted((a, b) => a - b)).toEqual(seqs);
  expect(isInOrder(events)).toBe(true);
  expect(sends.map(({ error, isSettled }) => error ?? isSettled)).toEqual(sends.map(() => true));
  const mine = server
    .log()
    .flatMap((event) => ('message' in event && event.from.userId === 'me' ? [event.message] : []));
  expect(mine).toEqual(sends.map((_, index) => `mine ${index}`));
}

describe('Client on a server with random failures', () => {
  it.each(Array.from({ length: 200 }, (_, seed) => seed))(
    'delivers the whole log, each event once, in order except for late ones (seed %d)',
    async (seed) => {
      expectComplete(await runClient(seed));
    },
  );
});
