import { interceptTable } from '../../helpers/fakes/faulty-dynamo.ts';
import { type Frame, TestServer } from '../../helpers/test-server.ts';
import { FaultBench, type Scenario, testFaultMatrix } from './fault-bench.ts';

jest.setTimeout(60_000);

let bench: FaultBench;

beforeAll(async () => {
  bench = await FaultBench.open();
});
afterAll(() => bench.close());

const minuteMs = 60_000;

/** Returns the seqs that a connection has received. */
const receivedSeqs = (connectionId: string) =>
  new Set(bench.connectionsApi.framesFor(connectionId).map(({ seq }) => seq));

/** Creates a server whose clock jumps by `jumpMs` after the call with this number. */
function createJumpingServer(callNumber: number, jumpMs: number) {
  let aheadMs = 0;
  let callCount = 0;
  const table = interceptTable(bench.table, async (_call, proceed) => {
    callCount += 1;
    const output = await proceed();
    if (callCount === callNumber) aheadMs = jumpMs;
    return output;
  });
  const server = bench.createHealthyServer({ now: () => Date.now() + aheadMs }, table);
  return { server, hasJumped: () => aheadMs !== 0 };
}

/** Sends 12 messages with four ids to all servers. One server gets each message before the others do. */
async function sendThroughAll(servers: readonly TestServer[], { ben, room }: Scenario) {
  const replies = new Map<string, Frame[]>();
  for (let turn = 0; turn < 12; turn += 1) {
    const frame = { action: 'sendmessage', room, message: 'once', id: `id-${turn % 4}` };
    const [first, ...rest] = servers.toSorted(() => (turn % 2 ? 1 : -1));
    const firstReply = await first?.send(ben, frame);
    const otherReplies = await Promise.all(rest.map((server) => server.send(ben, frame)));
    const all = [...(replies.get(frame.id) ?? []), firstReply, ...otherReplies];
    replies.set(
      frame.id,
      all.filter((reply) => reply !== undefined),
    );
  }
  return [...replies.values()];
}

describe('a request', () => {
  it.each([-10, -2, 2, 10])(
    'has one effect although the clock jumps by %d minutes during it',
    async (minutes) => {
      for (let hasJumped = true, callNumber = 1; hasJumped; callNumber += 1) {
        const { room, healthy, ben, me } = await bench.createScenario();
        const jumping = createJumpingServer(callNumber, minutes * minuteMs);
        const frame = { action: 'sendmessage', room, message: 'once', id: 'the-id' };
        const first = await jumping.server.send(ben, frame);
        hasJumped = jumping.hasJumped();
        if (first['type'] !== 'ack') expect(first).toMatchObject({ code: 'unavailable' });
        const second = await healthy.send(ben, frame);
        expect(second).toMatchObject({ type: 'ack' });
        expect(await jumping.server.send(ben, frame)).toEqual(second);
        const { events } = await healthy.store.recovery.eventsAfter(room, 1);
        expect(events.map(({ seq }) => seq)).toEqual([second['seq']]);
        expect(receivedSeqs(me)).toEqual(new Set([second['seq']]));
      }
      bench.matrix.add('clockJumps', 'asPromised');
    },
  );
});

describe('the event log', () => {
  it('stays one log, with one effect of each request, when the clocks of servers are minutes apart', async () => {
    const scenario = await bench.createScenario();
    const servers = [-5, 0, 5].map((minutes) =>
      bench.createHealthyServer({ now: () => Date.now() + minutes * minuteMs }),
    );
    for (const replies of await sendThroughAll(servers, scenario)) {
      for (const reply of replies) expect(reply).toEqual(replies[0]);
    }
    const { events } = await scenario.healthy.store.recovery.eventsAfter(scenario.room, 1);
    expect(events).toHaveLength(4);
    expect(receivedSeqs(scenario.me)).toEqual(new Set(events.map(({ seq }) => seq)));
    bench.matrix.add('clocksApart', 'asPromised');
  });
});

describe('the rate limiter', () => {
  it('charges a connection for requests that it did not send while the clock of another server is a minute ahead', async () => {
    const { healthy, ben, room } = await bench.createScenario();
    const limits = { rate: 10, burst: 300 };
    const request = { action: 'members', room };
    const sendRepeatedly = async (server: TestServer) => {
      for (let turn = 0; turn < 15; turn += 1) await server.send(ben, request);
      return server.send(ben, request);
    };
    const ahead = { ...limits, now: () => Date.now() + minuteMs };
    await sendRepeatedly(new TestServer(bench.table, ahead));
    const exact = new TestServer(bench.table, limits);
    expect(await sendRepeatedly(exact)).toMatchObject({ code: 'rate_limited', retryable: true });
    expect(await healthy.send(ben, request)).toMatchObject({ type: 'ack' });
    bench.matrix.add('clockAhead', 'limitTooStrict');
  });
});

testFaultMatrix(() => bench);
