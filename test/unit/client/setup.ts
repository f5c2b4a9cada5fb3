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

/** A client, its server, and what it has reported. */
export interface TestClient {
  readonly server: FakeServer;
  readonly client: Client;
  readonly sockets: readonly FakeWebSocket[];
  /** Every status that the client has reported, oldest first. */
  readonly statuses: ConnectionStatus[];
  /** Every frame that belonged to no request and no room, oldest first. */
  readonly frames: unknown[];
}

const testClients: TestClient[] = [];

/**
 * Gives the tests of a file a clock that they move themselves, and 0.5 for each random number. After
 * each test it closes the clients, and checks that no socket, timer or listener is left.
 */
export function useFakeClock(): void {
  const { random } = Math;
  let listeners = 0;
  beforeEach(() => {
    listeners = getEventListeners(neverAborts, 'abort').length;
    // Not a mock: it would remember every call.
    Math.random = () => 0.5;
    jest.useFakeTimers({
      now: Date.UTC(2026, 10, 22, 9, 30),
      doNotFake: ['setImmediate', 'clearImmediate', 'queueMicrotask', 'nextTick'],
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

/** Creates a client of a fake server. */
export function createTestClient(options: Partial<ClientOptions> = {}): TestClient {
  const server = new FakeServer();
  const { WebSocket, sockets } = createFakeWebSockets(server);
  const client = createClient({ url: 'wss://chat.example/dev', WebSocket, ...options });
  const statuses: ConnectionStatus[] = [];
  const frames: unknown[] = [];
  client.on('state', (status) => statuses.push(status));
  client.on('frame', (frame) => frames.push(frame));
  const testClient = { server, client, sockets, statuses, frames };
  testClients.push(testClient);
  return testClient;
}

/** Moves the clock by `ms` milliseconds, and runs everything that happens in that time. */
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

/** Runs everything that needs no time. */
export const flush = () => new Promise<void>((resolve) => setImmediate(resolve));

/** The state of a promise so far. */
export interface Observed<T> {
  isSettled: boolean;
  value?: T;
  error?: KaiwaError;
}

/** Observes a promise without waiting for it. */
export function observe<T>(promise: Promise<T>): Observed<T> {
  const observed: Observed<T> = { isSettled: false };
  promise.then(
    (value) => Object.assign(observed, { isSettled: true, value }),
    (error) => Object.assign(observed, { isSettled: true, error }),
  );
  return observed;
}

/** Joins a room within 50 milliseconds. */
export async function join(client: Client, options?: JoinOptions, name = 'tea'): Promise<Room> {
  const { value } = await eventually(client.join(name, options));
  return value as Room;
}

/** Creates a client in a room, and collects the events of the room. */
export async function joinAndListen(options?: JoinOptions) {
  const testClient = createTestClient();
  const room = await join(testClient.client, options);
  return { ...testClient, room, events: collectEvents(room) };
}

/** Returns the state of a promise after `ms` milliseconds. */
export async function eventually<T>(promise: Promise<T>, ms = 50): Promise<Observed<T>> {
  const observed = observe(promise);
  await advance(ms);
  return observed;
}

/** Returns the code of each send's error, or undefined. */
export const errorCodes = (sends: readonly Observed<unknown>[]) =>
  sends.map(({ error }) => error?.code);

/** Collects every event that a room delivers to a listener. */
export function collectEvents(room: Room): RoomEvent[] {
  const events: RoomEvent[] = [];
  room.on('event', (event) => events.push(event));
  return events;
}

/** Returns the `seq` of each event, late ones in brackets. */
export const seqNumbers = (events: readonly RoomEvent[]) =>
  events.map((event) =>
    event.type === 'incomplete' ? 'incomplete' : 'late' in event ? [event.seq] : event.seq,
  );

/** Returns the text of each event, or its type if it has none. */
export const texts = (events: readonly RoomEvent[]) =>
  events.map((event) => ('message' in event ? event.message : event.type));

/** Runs a task some turns after the next frame, while the client is still handling that frame. */
export function afterNextFrame(socket: FakeWebSocket, turns: number, task: () => void): void {
  const { onmessage } = socket;
  if (typeof onmessage !== 'function') throw new Error('The socket has no listener yet.');
  socket.onmessage = async (event: unknown) => {
    socket.onmessage = onmessage;
    onmessage(event);
    for (let turn = 0; turn < turns; turn += 1) await undefined;
    task();
  };
}

/**
 * Runs a test once for each moment of connecting. The test gets a function that schedules a task
 * at that moment. A moment is some turns after the answer to `identity` or `joinroom`.
 */
export async function atEveryMoment(
  test: (during: (testClient: TestClient, task: () => void) => void) => Promise<void>,
): Promise<void> {
  for (const action of ['identity', 'joinroom'])
    for (let turns = 0; turns < 30; turns += 1)
      await test(({ server, sockets }, task) => {
        server.once(action, (frame, peer) => {
          const socket = sockets.at(-1);
          if (socket) afterNextFrame(socket, turns, task);
          return server.respond(frame, peer);
        });
      });
}
