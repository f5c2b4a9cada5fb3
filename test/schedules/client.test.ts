import type { RoomEvent } from '../../src/client/index.ts';
import { describeSchedules } from '../helpers/describe-schedules.ts';
import { createRandom } from '../helpers/scheduler.ts';
import { Chaos } from '../unit/client/chaos.ts';
import {
  advance,
  collectEvents,
  createTestClient,
  eventually,
  join,
  type Observed,
  observe,
  useFakeClock,
} from '../unit/client/setup.ts';

useFakeClock();

/** Runs a client on a server with random failures. Returns the events that it got, and its sends. */
async function runClient(seed: number) {
  const random = createRandom(seed);
  Math.random = random;
  const testClient = createTestClient({
    requestTimeoutMs: 2_000,
    sendTimeoutMs: 600_000,
    maxConnectionAgeMs: 20_000,
  });
  const chaos = new Chaos(testClient.server, random);
  chaos.isCalm = true;
  const room = await join(testClient.client, { after: 0 });
  const events = collectEvents(room);
  chaos.isCalm = false;
  const sends: Observed<unknown>[] = [];
  const amendments: Observed<unknown>[] = [];
  for (let step = 0; step < 40; step += 1) {
    chaos.step();
    if (random() < 0.3) sends.push(observe(room.send(`mine ${sends.length}`)));
    if (random() < 0.1) amendments.push(observe(room.edit(1, `edit ${step}`)));
    if (random() < 0.1) amendments.push(observe(room.react(1, '👍', random() < 0.5)));
    await advance(random() * 1_500);
  }
  chaos.isCalm = true;
  testClient.server.handshakes.length = 0;
  observe(testClient.client.connect());
  await advance(120_000);
  testClient.server.publish();
  await advance(5_000);
  await eventually(testClient.client.close(), 2_100);
  return { server: testClient.server, events, sends, amendments };
}

/** Returns whether the events are in the order of `seq`, except for late ones. */
const isInOrder = (events: readonly RoomEvent[]) => {
  const seqs = events.filter((event) => !('late' in event)).map(({ seq }) => seq);
  return seqs.every((seq, index) => index === 0 || seq > Number(seqs[index - 1]));
};

/** Returns the seqs of a list that another one lacks, for a finding. */
const without = (seqs: readonly number[], others: readonly number[]) =>
  seqs.filter((seq) => !others.includes(seq)).join(', ');

/** Runs a client, and returns what the promises do not allow. */
async function runSchedule(seed: number): Promise<string[]> {
  const { server, events, sends, amendments } = await runClient(seed);
  const stored = server.log().map(({ seq }) => seq);
  const delivered = events.map(({ seq }) => seq);
  const mine = server
    .log()
    .flatMap((event) =>
      event.type === 'message' && event.from.userId === 'me' ? [event.message] : [],
    );
  const amended = server.log().filter(({ type }) => type !== 'message').length;
  const isAcked = ({ value }: Observed<unknown>) => value !== undefined;
  const findings = {
    [`lacks ${without(stored, delivered)}`]: stored.every((seq) => delivered.includes(seq)),
    [`got twice or never stored, of ${delivered}`]: delivered.length === stored.length,
    'is out of order': isInOrder(events),
    'got a gap': events.every(({ type }) => type !== 'incomplete'),
    'has a send or an amendment without an ack': [...sends, ...amendments].every(isAcked),
    'changed the order of sends': mine.join() === sends.map((_, index) => `mine ${index}`).join(),
    'stored an amendment twice or never': amended === amendments.length,
  };
  return Object.entries(findings).flatMap(([finding, isFine]) => (isFine ? [] : [finding]));
}

describe('Client on a server with random failures', () => {
  describeSchedules('a client whose frames are lost, delayed and repeated', 100, runSchedule);
});
