import type { DurableEvent } from '../../schemas/index.ts';
import { createPicker } from '../helpers/call-picker.ts';
import { openTestTable, type TestTable } from '../helpers/database.ts';
import { describeSchedules } from '../helpers/describe-schedules.ts';
import { createRandom, type HeldCall, type Random, Scheduler } from '../helpers/scheduler.ts';
import { isLogWrite } from '../helpers/table-calls.ts';
import { type Frame, TestServer } from '../helpers/test-server.ts';

let table: TestTable;

beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());

/** More milliseconds than a schedule takes. */
const unlimitedMs = 1e8;

/** The longest time for which a write is on its way, in milliseconds. A hostile network has no limit. */
const maxFlightMs = 4_900;

/** The jumps of the clock between two calls, in milliseconds. */
const jumpsMs = [1_000, 5_000, 12_000, 26_000, 31_000];

/** The error of a call that may have had an effect. */
class LostCall extends Error {
  readonly retryable = true;
}

/** The durable requests, and whether an event is the effect of one. */
const kinds: readonly { request: Frame; isEffect: (event: DurableEvent) => boolean }[] = [
  {
    request: { action: 'sendmessage', message: 'mine' },
    isEffect: (event) => event.type === 'message' && event.message === 'mine',
  },
  {
    request: { action: 'sendmessage', message: 'mine', replyTo: 1 },
    isEffect: (event) => event.type === 'message' && event.message === 'mine',
  },
  {
    request: { action: 'editmessage', seq: 1, message: 'mine' },
    isEffect: ({ type }) => type === 'edited',
  },
  {
    request: { action: 'react', seq: 1, emoji: 'e' },
    isEffect: ({ type }) => type === 'reaction',
  },
  {
    // Another request may delete the same message. The author sends it in another name.
    request: { action: 'deletemessage', seq: 1 },
    isEffect: (event) => event.type === 'deleted' && event.from.name === 'Sender',
  },
];

/** Creates a room with one message. The author of it has four connections, one with another name. */
async function createRoom(server: TestServer, room: string) {
  const connections: string[] = [];
  const key = `the-sender-of-${room}`;
  const sender = { key, name: 'Sender' };
  for (const user of [sender, sender, sender, { key, name: 'Deleter' }, { name: 'Other' }]) {
    const id = await server.connect(user);
    await server.send(id, { action: 'joinroom', room });
    connections.push(id);
  }
  const [first = '', second = '', third = '', deleter = '', other = ''] = connections;
  await server.send(first, { action: 'sendmessage', room, message: 'first' });
  return { senders: [first, second, third] as const, deleter, other };
}

/** Lets the seed handle one held call. Some writes are late, and some calls or results are lost. */
function createStep(random: Random, clock: { now: number }, isHostile: boolean) {
  const pickCall = createPicker(random);
  return (held: readonly HeldCall[]) => {
    if (random() < 0.04) clock.now += jumpsMs[Math.floor(random() * jumpsMs.length)] ?? 0;
    const index = pickCall(held);
    const call = held[index];
    if (!call || call.operation === 'Post') return { index, result: call?.proceed() };
    const isLate = isEventWrite(call) && clock.now - call.heldAt > maxFlightMs;
    const mishap = random();
    if ((isLate && !isHostile) || mishap < 0.015)
      return { index, result: call.fail(new LostCall()) };
    if (mishap < 0.03) return { index, result: call.loseResult(new LostCall()) };
    return { index, result: call.proceed() };
  };
}

const isEventWrite = (call: HeldCall) =>
  call.operation !== 'Post' && isLogWrite(call) && !('sealed' in Object(call.input['Item']));

describeSchedules('retries of one durable request', 60, async (seed) => {
  const random = createRandom(seed);
  const clock = { now: Date.UTC(2026, 10, 22) };
  const scheduler = new Scheduler(() => clock.now);
  const server = new TestServer(scheduler.table(table), { now: () => clock.now });
  const room = `retries-${seed}`;
  const { senders, deleter, other } = await createRoom(server, room);
  const kind = kinds[Math.floor(random() * kinds.length)] ?? kinds[0];
  if (!kind) throw new Error('There are no kinds of requests. List some.');
  const request: Frame = { ...kind.request, room, id: 'same' };

  const replies: Frame[] = [];
  const send = async (connection: string, frame: Frame, delay = 0) => {
    // The seed decides when the request arrives, often long after another one.
    for (let turns = random() * delay; turns > 1; turns -= 1)
      await scheduler.post(connection, frame);
    return server.send(connection, frame, unlimitedMs);
  };
  scheduler.isActive = true;
  const attempts = Array.from({ length: 2 + Math.floor(random() * 3) }, async (_, index) => {
    replies.push(await send(senders[index % 3] ?? '', request, index === 0 ? 0 : 60));
    if (random() < 0.3) replies.push(await send(senders[index % 3] ?? '', request));
  });
  const others: Promise<unknown>[] = [];
  if (random() < 0.5) {
    others.push(send(other, { action: 'sendmessage', room, message: 'other', id: 'same' }));
  }
  if (random() < 0.8) {
    others.push(send(deleter, { action: 'deletemessage', room, seq: 1, id: 'other' }, 6));
  }
  await scheduler.run([...attempts, ...others], createStep(random, clock, seed % 2 === 1));
  scheduler.isActive = false;

  clock.now += 40_000;
  const finals = [await send(senders[0], request), await send(senders[1], request)];
  const { events } = await server.store.recovery.eventsAfter(room, 0);
  const effects = events.filter((event) => kind.isEffect(event)).map(({ seq }) => seq);
  return listFindings(effects, [...replies, ...finals], finals).map(
    (finding) => `${request['action']}: ${finding}`,
  );
});

/** Lists the broken promises of a request with these effects, replies and last replies. */
function listFindings(effects: number[], replies: Frame[], finals: Frame[]): string[] {
  const findings: string[] = [];
  if (effects.length > 1) findings.push(`${effects.length} effects`);
  const acks = replies.filter(({ type }) => type === 'ack');
  if (new Set(acks.map((ack) => JSON.stringify(ack))).size > 1) findings.push('two acks');
  if (acks.some(({ seq }) => !effects.includes(seq))) findings.push('an ack without its event');
  const codes = new Set(replies.map(({ code }) => code));
  if (codes.has('internal')) findings.push('internal');
  if (effects.length === 0) return findings;
  for (const code of ['not_found', 'forbidden']) {
    if (codes.has(code)) findings.push(`${code}, though the request has an effect`);
  }
  if (finals.some(({ type }) => type !== 'ack')) findings.push('no ack of the last retry');
  return findings;
}
