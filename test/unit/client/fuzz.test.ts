import type { RoomEvent } from '../../../src/client/index.ts';
import { type Answer, type Hostile, type Peer, refusal } from '../../helpers/fakes/fake-server.ts';
import { enter, listen, pass, type Rig, rig, useOwnTime, type Watched, watch } from './setup.ts';

useOwnTime();

/** Numbers from 0 to 1 that are the same for the same seed (a linear congruence, as in `drand48`). */
function chance(seed: number): () => number {
  let state = BigInt(seed) * 65_536n + 13_070n;
  return () => {
    state = (state * 25_214_903_917n + 11n) % 2n ** 48n;
    return Number(state >> 16n) / 2 ** 32;
  };
}

/** A server on which everything goes wrong that may, until it is calm. */
class Chaos {
  isCalm = false;
  readonly #server: Hostile;
  readonly #random: () => number;

  constructor(server: Hostile, random: () => number) {
    this.#server = server;
    this.#random = random;
    server.skewMs = (random() - 0.5) * 7_200_000;
    server.pageSize = 2 + Math.floor(random() * 12);
    for (const action of ['identity', 'joinroom', 'sendmessage'])
      server.always(action, (frame, peer) => this.#answer(frame, peer));
    const push = server.push.bind(server);
    server.push = (event, but) => {
      if (this.isCalm) return push(event, but);
      for (const peer of server.peers)
        if (peer !== but && peer.rooms.has(event.room)) this.#push(event, peer);
    };
  }

  /** Somebody takes a number, and writes it soon, late or never; or the connection drops. */
  step(): void {
    if (this.#is(0.05)) this.#server.peers.at(-1)?.close(this.#is(0.5) ? 1001 : 1006);
    if (this.#is(0.1)) this.#server.handshakes.push(this.#is(0.5) ? 503 : 'cut');
    const seq = this.#server.take();
    const sentAt = this.#server.now;
    const say = () => this.#server.say({ seq, sentAt });
    if (this.#is(0.1)) return;
    if (this.#is(0.15)) setTimeout(say, this.#random() * 29_500);
    else say();
  }

  #is(probability: number): boolean {
    return !this.isCalm && this.#random() < probability;
  }

  #push(event: object, peer: Peer): void {
    for (let times = this.#is(0.1) ? 2 : 1; times > 0; times -= 1) {
      if (this.#is(0.15)) continue;
      if (this.#is(0.5)) setTimeout(() => peer.send(event), this.#random() * 1_500);
      else peer.send(event);
    }
  }

  #answer(...[frame, peer]: Parameters<Answer>): unknown {
    if (this.#is(0.03)) return peer.close();
    if (this.#is(0.03)) return refusal(frame, 'unavailable', { retryable: true });
    if (this.#is(0.02))
      return refusal(frame, 'rate_limited', { retryable: true, retryAfterMs: 700 });
    const reply = this.#server.serve(frame, peer);
    if (this.#is(0.03)) return undefined;
    if (this.#is(0.03)) return peer.close(1012);
    setTimeout(() => peer.send(reply), this.isCalm ? 0 : this.#random() * 300);
    return undefined;
  }
}

/** One client's life on such a server: what it was given, and what became of its sends. */
async function live(seed: number) {
  const random = chance(seed);
  jest.spyOn(Math, 'random').mockImplementation(random);
  const made = rig({ requestTimeoutMs: 2_000, sendTimeoutMs: 600_000, renewMs: 20_000 });
  const chaos = new Chaos(made.server, random);
  chaos.isCalm = true;
  const events = listen(await enter(made.client, { after: 0 }));
  chaos.isCalm = false;
  const room = await made.client.join('tea');
  const sends: Watched<{ seq: number }>[] = [];
  for (let step = 0; step < 40; step += 1) {
    chaos.step();
    if (random() < 0.3) sends.push(watch(room.send(`mine ${sends.length}`)));
    await pass(random() * 1_500);
  }
  chaos.isCalm = true;
  made.server.handshakes.length = 0;
  watch(made.client.connect());
  await pass(90_000);
  made.server.say();
  await pass(5_000);
  return { ...made, events, sends };
}

/** Whether what is no late one comes in the order of the numbers. */
const isInOrder = (events: readonly RoomEvent[]) => {
  const seqs = events.filter((event) => !('late' in event)).map(({ seq }) => seq);
  return seqs.every((seq, index) => index === 0 || seq > Number(seqs[index - 1]));
};

function check({ server, events, sends }: Pick<Rig, 'server'> & Awaited<ReturnType<typeof live>>) {
  const seqs = server.log().map(({ seq }) => seq);
  expect(events.map(({ seq }) => seq).toSorted((a, b) => a - b)).toEqual(seqs);
  expect(isInOrder(events)).toBe(true);
  expect(sends.map(({ error, isSettled }) => error ?? isSettled)).toEqual(sends.map(() => true));
  const mine = server
    .log()
    .flatMap((event) => ('message' in event && event.from.userId === 'me' ? [event.message] : []));
  expect(mine).toEqual(sends.map((_, index) => `mine ${index}`));
}

describe('on a server on which everything goes wrong that may', () => {
  it.each(Array.from({ length: 200 }, (_, seed) => seed))(
    'a client is given the whole log, each event once, in order but for late ones (%d)',
    async (seed) => {
      check(await live(seed));
    },
  );
});
