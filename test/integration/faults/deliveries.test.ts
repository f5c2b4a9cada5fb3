import type { Chunk } from '../../../src/server/delivery/chunk.ts';
import { Switchboard, viewOf } from '../../helpers/fakes/fake-connections-api.ts';
import {
  answered,
  Between,
  type Fault,
  garbles,
  hangs,
  loses,
  resets,
  stalls,
  truncates,
} from '../../helpers/fakes/fault-proxy.ts';
import { valid } from '../../helpers/strict-test-server.ts';
import { World } from '../../helpers/test-server.ts';
import { leaks } from './engine.ts';
import { conclude, Ground } from './fault-bench.ts';
import { Lambda } from './lambda.ts';

jest.setTimeout(120_000);

let ground: Ground;
const gateways: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  ground = await Ground.open();
});
afterAll(async () => {
  await Promise.all(gateways.map((gateway) => gateway.close()));
  await ground.close();
});

/** An error as API Gateway and Lambda answer it. */
const refused = (status: number, name = '', headers: Record<string, string> = {}): Fault =>
  answered(status, `{"message":"inner text of ${name}"}`, { 'x-amzn-errortype': name, ...headers });

/** What a gateway can do to one recipient, and what that one then makes of it. */
const faults: [string, Fault, 'missed' | 'got'][] = [
  ['@connections says 410', refused(410, 'GoneException'), 'missed'],
  ['@connections says 429', refused(429, 'LimitExceededException'), 'missed'],
  ['@connections says 429 with Retry-After', refused(429, '', { 'retry-after': '60' }), 'missed'],
  ['@connections says 403', refused(403, 'ForbiddenException'), 'missed'],
  ['@connections says 413', refused(413, 'PayloadTooLargeException'), 'missed'],
  ['@connections says 400', refused(400, 'BadRequestException'), 'missed'],
  ['@connections fails with 500', refused(500, 'InternalServerError'), 'missed'],
  ['@connections never answers', hangs, 'missed'],
  ['@connections breaks the connection', resets, 'missed'],
  ['@connections posts it, and breaks the connection', loses, 'got'],
  ['@connections posts it, and never answers', stalls, 'got'],
  ['@connections posts it, and its answer breaks off', truncates, 'got'],
  ['@connections posts it, and its answer is no JSON', garbles, 'got'],
];

/** What the README calls them, and what became of the recipient. */
const groups = {
  missed: [
    '@connections says 410, 429, 403, 413, 400 or 500, never answers, or breaks the connection',
    'acked; missed by that one, and recovered',
  ],
  got: [
    '@connections posts it, and its answer is lost, cut off or no JSON',
    'acked; that one got it, by some tries again',
  ],
} as const;

let rooms = 0;

/** A room of one who sends and three others, on a Lambda with a gateway of its own, which may fail. */
async function aRoom(options: { fanoutThreshold?: number; ageMs?: number } = {}) {
  rooms += 1;
  const room = `deliveries-${rooms}`;
  const { ageMs = 0, ...rest } = options;
  const { table } = ground;
  const switchboard = await Switchboard.start();
  const between = await Between.start(switchboard.url);
  gateways.push(between, switchboard);
  const calm = new World(table, { now: () => Date.now() - ageMs });
  const lambda = new Lambda({ table, gateway: between.url, timeoutMs: 900 }, rest);
  switchboard.run = (chunk: Chunk) => lambda.deliver(chunk);
  const ids = await Promise.all(Array.from({ length: 4 }, () => calm.connect()));
  const [sender = '', victim = '', ...others] = ids;
  const outsider = await calm.connect();
  for (const id of ids) await calm.send(id, { action: 'joinroom', room });
  const got = (connectionId: string) => switchboard.got(connectionId);
  const people = { sender, victim, others, outsider };
  return { room, calm, lambda, between, got, settled: () => switchboard.settled(), ...people };
}

const say = (room: string) => ({ action: 'sendmessage', room, message: 'hello', id: 'a1' });

describe('while the gateway fails for one recipient', () => {
  it.concurrent.each(faults)(
    '%s: the sender is acked and the others told',
    async (_name, fault, made) => {
      const { room, lambda, between, got, sender, victim, others, outsider } = await aRoom();
      between.fault = ({ path }) => (path.includes(encodeURIComponent(victim)) ? fault : undefined);
      const ack = valid(await lambda.send(sender, say(room)));
      expect(ack).toMatchObject({ type: 'ack' });
      expect(leaks(ack)).toBe(false);
      for (const id of others) expect(got(id)).toMatchObject([{ seq: ack['seq'] }]);
      expect(viewOf(got(victim))).toHaveLength(made === 'got' ? 1 : 0);
      between.fault = () => undefined;
      const { events } = await lambda.send(victim, { action: 'joinroom', room, after: 0 });
      expect(events).toMatchObject([{ seq: ack['seq'], message: 'hello' }]);
      expect(await lambda.send(sender, say(room))).toEqual(ack);
      for (const id of [...others, victim]) expect(viewOf(got(id))).toHaveLength(1);
      expect(got(outsider)).toEqual([]);
      const [group, seen] = groups[made];
      ground.findings.add(group, 'the sender is acked, the others are told', seen);
    },
  );

  it('a 410 ends a connection that is older than any handshake', async () => {
    const { room, lambda, between, sender, victim, calm } = await aRoom({ ageMs: 60_000 });
    between.fault = ({ path }) =>
      path.includes(encodeURIComponent(victim)) ? refused(410, 'GoneException') : undefined;
    expect(await lambda.send(sender, say(room))).toMatchObject({ type: 'ack' });
    expect(await calm.send(victim, say(room))).toMatchObject({ code: 'unauthenticated' });
    ground.findings.add(
      'no `$disconnect` is ever told',
      'the first delivery ends it, or its time',
      'so it was',
    );
  });
});

/** What Lambda can do with a chunk that is handed over. */
const handings: [string, Fault][] = [
  ['Lambda throttles', refused(429, 'TooManyRequestsException')],
  ['Lambda fails with 500', refused(500, 'ServiceException')],
  ['Lambda never answers', hangs],
  ['Lambda breaks the connection', resets],
  ['Lambda takes it, and breaks the connection', loses],
  ['Lambda takes it, and never answers', stalls],
];

describe('while no other invocation takes over', () => {
  it.concurrent.each(handings)('%s: the sender is acked and all are told', async (_name, fault) => {
    const { room, lambda, between, got, settled, ...people } = await aRoom({ fanoutThreshold: 2 });
    const { sender, victim, others, outsider } = people;
    between.fault = ({ path }) => (path.startsWith('/2015-03-31/') ? fault : undefined);
    const before = between.hit;
    const ack = valid(await lambda.send(sender, say(room)));
    await settled();
    expect(between.hit).toBeGreaterThan(before);
    expect(ack).toMatchObject({ type: 'ack' });
    for (const id of [...others, victim])
      expect(viewOf(got(id))).toMatchObject([{ seq: ack['seq'] }]);
    expect(got(outsider)).toEqual([]);
    const told = Math.max(...others.map((id) => got(id).length)) > 1;
    const seen = told ? 'acked; told, some twice' : 'acked; told once';
    const group = told
      ? 'Lambda’s API takes a chunk, and its answer is lost'
      : 'Lambda’s API throttles, fails, never answers, or breaks the connection';
    ground.findings.add(group, 'the sender delivers what nobody takes over', seen);
  });
});

conclude(() => ground);
