import { getEventListeners } from 'node:events';
import { neverAborts } from '../../../src/client/async.ts';
import {
  type Client,
  type ClientOptions,
  type ConnectionStatus,
  createClient,
  type JoinOptions,
  type KaiwaError,
  type Room,
  type RoomEvent,
} from '../../../src/client/index.ts';
import { FakeServer } from '../../helpers/fakes/fake-server.ts';
import { createFakeWebSockets, type FakeWebSocket } from '../../helpers/fakes/fake-web-socket.ts';

/** A client and the server that it talks to. */
export interface TestClient {
  readonly server: FakeServer;
  readonly client: Client;
  readonly sockets: readonly FakeWebSocket[];
  /** Every status that was told, oldest first. */
  readonly statuses: ConnectionStatus[];
  /** What no request and no room asked for. */
  readonly frames: unknown[];
}

const testClients: TestClient[] = [];

/**
 * Lets a file's tests move the time themselves, by halves where chance decides, and sees to it that
 * nothing is left after each.
 */
export function useFakeClock(): void {
  const { random } = Math;
  let listeners = 0;
  beforeEach(() => {
    listeners = getEventListeners(neverAborts, 'abort').length;
    // No mock, which would remember every call.
    Math.random = () => 0.5;
    jest.useFakeTimers({
      now: Date.UTC(2026, 10, 22, 9, 30),
      doNotFake: ['setImmediate', 'clearImmediate', 'queueMicrotask', 'nextTick', 'performance'],
    });
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    Math.random = random;
    for (const { client, sockets } of testClients.splice(0)) {
      const closing = observe(client.close());
      await advance(2_100);
      expect(closing.isSettled).toBe(true);
      expect(sockets.filter(({ readyState }) => readyState !== 3)).toEqual([]);
    }
    expect(jest.getTimerCount()).toBe(0);
    expect(getEventListeners(neverAborts, 'abort')).toHaveLength(listeners);
    jest.useRealTimers();
  });
}

/** A client of a hostile server. */
export function createTestClient(options: Partial<ClientOptions> = {}): TestClient {
  const server = new FakeServer();
  const { WebSocket, sockets } = createFakeWebSockets(server);
  const client = createClient({ url: 'wss://chat.example/dev', WebSocket, ...options });
  const [statuses, frames]: [ConnectionStatus[], unknown[]] = [[], []];
  client.on('state', (status) => statuses.push(status));
  client.on('frame', (frame) => frames.push(frame));
  const testClient = { server, client, sockets, statuses, frames };
  testClients.push(testClient);
  return testClient;
}

/** Lets so many milliseconds of the test's time pass, and all that happens in them happen. */
export async function advance(ms: number): Promise<void> {
  let isOver = false;
  await flush();
  setTimeout(() => {
    isOver = true;
  }, ms);
  while (!isOver) {
    jest.advanceTimersToNextTimer();
    await flush();
  }
}

/** Lets everything happen that needs no time. */
export const flush = () => new Promise<void>((resolve) => setImmediate(resolve));

/** What has become of a promise so far. */
export interface Observed<T> {
  isSettled: boolean;
  value?: T;
  error?: KaiwaError;
}

/** Looks at a promise without waiting for it. */
export function observe<T>(promise: Promise<T>): Observed<T> {
  const observed: Observed<T> = { isSettled: false };
  promise.then(
    (value) => Object.assign(observed, { isSettled: true, value }),
    (error) => Object.assign(observed, { isSettled: true, error }),
  );
  return observed;
}

/** Joins a room, which takes no more than 50 milliseconds. */
export async function join(client: Client, options?: JoinOptions, name = 'tea'): Promise<Room> {
  const { value } = await eventually(client.join(name, options));
  return value as Room;
}

/** A client in a room, and what the room gives out. */
export async function joinAndListen(options?: JoinOptions) {
  const testClient = createTestClient();
  const room = await join(testClient.client, options);
  return { ...testClient, room, events: collectEvents(room) };
}

/** What becomes of a promise in so many milliseconds. */
export async function eventually<T>(promise: Promise<T>, ms = 50): Promise<Observed<T>> {
  const observed = observe(promise);
  await advance(ms);
  return observed;
}

/** Everything that a room gives out to a listener. */
export function collectEvents(room: Room): RoomEvent[] {
  const events: RoomEvent[] = [];
  room.on('event', (event) => events.push(event));
  return events;
}

/** The numbers of events, late ones in brackets. */
export const seqNumbers = (events: readonly RoomEvent[]) =>
  events.map((event) =>
    event.type === 'incomplete' ? 'incomplete' : 'late' in event ? [event.seq] : event.seq,
  );

/** The texts of events. */
export const texts = (events: readonly RoomEvent[]) =>
  events.map((event) => ('message' in event ? event.message : event.type));

/** Does something so many turns after the next frame has come, in the middle of what comes of it. */
export function afterNextFrame(
  socket: FakeWebSocket | undefined,
  turns: number,
  task: () => void,
): void {
  const original = Object(socket).onmessage;
  Object(socket).onmessage = async (event: unknown) => {
    Object(socket).onmessage = original;
    original(event);
    for (let turn = 0; turn < turns; turn += 1) await undefined;
    task();
  };
}

/**
 * Runs a test again and again, which is given how to do something while it connects: so many turns after
 * the answer to each of the requests that it then makes.
 */
export async function atEveryMoment(
  test: (during: (testClient: TestClient, task: () => void) => void) => Promise<void>,
): Promise<void> {
  for (const action of ['identity', 'joinroom'])
    for (let turns = 0; turns < 30; turns += 1)
      await test(({ server, sockets }, task) => {
        server.once(action, (frame, peer) => {
          afterNextFrame(sockets.at(-1), turns, task);
          return server.respond(frame, peer);
        });
      });
}
