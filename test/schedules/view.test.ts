import { createPicker } from '../helpers/call-picker.ts';
import { openTestTable, type TestTable } from '../helpers/database.ts';
import { describeSchedules } from '../helpers/describe-schedules.ts';
import { replayMessage, toMessageView } from '../helpers/replay.ts';
import { createRandom, type Random, Scheduler } from '../helpers/scheduler.ts';
import { type Frame, TestServer } from '../helpers/test-server.ts';

let table: TestTable;

beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());

/** More milliseconds than a schedule takes. */
const unlimitedMs = 1e8;

describeSchedules('edits, reactions and deletions of one message', 60, async (seed) => {
  const random = createRandom(seed);
  const scheduler = new Scheduler();
  const server = new TestServer(scheduler.table(table));
  const room = `view-${seed}`;
  const [author, reader] = [{ key: `author-of-${room}-x` }, { key: `reader-of-${room}-x` }];
  const connections: string[] = [];
  for (const user of [author, author, reader]) {
    const id = await server.connect(user);
    await server.send(id, { action: 'joinroom', room });
    connections.push(id);
  }
  await server.send(connections[0] ?? '', { action: 'sendmessage', room, message: 'zero' });

  const replies: Frame[] = [];
  scheduler.isActive = true;
  const senders = connections.map(async (connection, index) => {
    for (let count = 2 + Math.floor(random() * 3); count > 0; count -= 1) {
      const id = random() < 0.5 ? { id: `${index}-${count}` } : {};
      const request = { room, seq: 1, ...id, ...pickAmendment(random) };
      replies.push(await sendUntilKnown(server, connection, request));
    }
  });
  const pickCall = createPicker(random);
  await scheduler.run(senders, (held) => {
    const index = pickCall(held);
    return { index, result: held[index]?.proceed() };
  });
  scheduler.isActive = false;

  const { events } = await server.store.recovery.eventsAfter(room, 0);
  const [message = {}] = (await server.send(connections[0] ?? '', { action: 'history', room }))[
    'messages'
  ];
  const shown = JSON.stringify(toMessageView(message));
  const replayed = JSON.stringify(replayMessage(events, 1));
  const seqs = new Set(events.map(({ seq }) => seq));
  return [
    ...(shown === replayed ? [] : [`history shows ${shown}, and the log ${replayed}`]),
    ...replies.flatMap((reply) => checkReply(reply, seqs)),
  ];
});

/** Picks an edit, a deletion or a reaction. The reader may only react. */
function pickAmendment(random: Random): Frame {
  const kind = random();
  const value = random();
  if (kind < 0.35) return { action: 'editmessage', message: `text ${value}` };
  if (kind < 0.45) return { action: 'deletemessage' };
  return { action: 'react', emoji: value < 0.5 ? 'u' : 'v', on: random() < 0.6 };
}

/** Sends a request until its result is known. Nothing fails here, so it has no effect before. */
async function sendUntilKnown(server: TestServer, connection: string, request: Frame) {
  for (;;) {
    const reply = await server.send(connection, request, unlimitedMs);
    if (reply['code'] !== 'unavailable') return reply;
  }
}

function checkReply({ type, seq, code }: Frame, seqs: ReadonlySet<number>): string[] {
  if (type === 'ack') return seqs.has(seq) ? [] : [`the acked seq ${seq} is not in the log`];
  return ['forbidden', 'not_found'].includes(code) ? [] : [`the error is ${code}`];
}
