import { getEventListeners } from 'node:events';
import { never } from '../../../src/client/async.ts';
import {
  type Client,
  type ClientOptions,
  createClient,
  type JoinOptions,
  type KaiwaError,
  type Room,
  type RoomEvent,
  type Status,
} from '../../../src/client/index.ts';
import { Hostile } from '../../helpers/fakes/fake-server.ts';
import { type FakeSocket, fakeSockets } from '../../helpers/fakes/fake-web-socket.ts';

/** A client and the server that it talks to. */
export interface Rig {
  readonly server: Hostile;
  readonly client: Client;
  readonly sockets: readonly FakeSocket[];
  /** Every status that was told, oldest first. */
  readonly statuses: Status[];
  /** What no request and no room asked for. */
  readonly frames: unknown[];
}

const rigs: Rig[] = [];

/**
 * Lets a file's tests move the time themselves, by halves where chance decides, and sees to it that
 * nothing is left after each.
 */
export function useOwnTime(): void {
  const { random } = Math;
  let listeners = 0;
  beforeEach(() => {
    listeners = getEventListeners(never, 'abort').length;
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
    for (const { client, sockets } of rigs.splice(0)) {
      const closing = watch(client.close());
      await pass(2_100);
      expect(closing.isSettled).toBe(true);
      expect(sockets.filter(({ readyState }) => readyState !== 3)).toEqual([]);
    }
    expect(jest.getTimerCount()).toBe(0);
    expect(getEventListeners(never, 'abort')).toHaveLength(listeners);
    jest.useRealTimers();
  });
}

/** A client of a hostile server. */
export function rig(options: Partial<ClientOptions> = {}): Rig {
  const server = new Hostile();
  const { WebSocket, sockets } = fakeSockets(server);
  const client = createClient({ url: 'wss://chat.example/dev', WebSocket, ...options });
  const [statuses, frames]: [Status[], unknown[]] = [[], []];
  client.on('state', (status) => statuses.push(status));
  client.on('frame', (frame) => frames.push(frame));
  const made = { server, client, sockets, statuses, frames };
  rigs.push(made);
  return made;
}

/** Lets so many milliseconds of the test's time pass, and all that happens in them happen. */
export async function pass(ms: number): Promise<void> {
  let isOver = false;
  await settle();
  setTimeout(() => {
    isOver = true;
  }, ms);
  while (!isOver) {
    jest.advanceTimersToNextTimer();
    await settle();
  }
}

/** Lets everything happen that needs no time. */
export const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** What has become of a promise so far. */
export interface Watched<T> {
  isSettled: boolean;
  value?: T;
  error?: KaiwaError;
}

/** Looks at a promise without waiting for it. */
export function watch<T>(promise: Promise<T>): Watched<T> {
  const watched: Watched<T> = { isSettled: false };
  promise.then(
    (value) => Object.assign(watched, { isSettled: true, value }),
    (error) => Object.assign(watched, { isSettled: true, error }),
  );
  return watched;
}

/** Joins a room, which takes no more than 50 milliseconds. */
export async function enter(client: Client, options?: JoinOptions, name = 'tea'): Promise<Room> {
  const { value } = await soon(client.join(name, options));
  return value as Room;
}

/** A client in a room, and what the room gives out. */
export async function listening(options?: JoinOptions) {
  const made = rig();
  const room = await enter(made.client, options);
  return { ...made, room, events: listen(room) };
}

/** What becomes of a promise in so many milliseconds. */
export async function soon<T>(promise: Promise<T>, ms = 50): Promise<Watched<T>> {
  const watched = watch(promise);
  await pass(ms);
  return watched;
}

/** Everything that a room gives out to a listener. */
export function listen(room: Room): RoomEvent[] {
  const events: RoomEvent[] = [];
  room.on('event', (event) => events.push(event));
  return events;
}

/** The numbers of events, late ones in brackets. */
export const numbers = (events: readonly RoomEvent[]) =>
  events.map((event) =>
    event.type === 'incomplete' ? 'incomplete' : 'late' in event ? [event.seq] : event.seq,
  );

/** The texts of events. */
export const texts = (events: readonly RoomEvent[]) =>
  events.map((event) => ('message' in event ? event.message : event.type));

/** Does something so many turns after the next frame has come, in the middle of what comes of it. */
export function inTheMiddle(socket: FakeSocket | undefined, turns: number, work: () => void): void {
  const told = Object(socket).onmessage;
  Object(socket).onmessage = async (event: unknown) => {
    Object(socket).onmessage = told;
    told(event);
    for (let turn = 0; turn < turns; turn += 1) await undefined;
    work();
  };
}

/**
 * Runs a test again and again, which is given how to do something while it connects: so many turns after
 * the answer to each of the requests that it then makes.
 */
export async function atEveryMoment(
  test: (during: (made: Rig, work: () => void) => void) => Promise<void>,
): Promise<void> {
  for (const action of ['identity', 'joinroom'])
    for (let turns = 0; turns < 30; turns += 1)
      await test(({ server, sockets }, work) => {
        server.once(action, (frame, peer) => {
          inTheMiddle(sockets.at(-1), turns, work);
          return server.serve(frame, peer);
        });
      });
}
