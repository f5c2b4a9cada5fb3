import { openTestTable, type TestTable } from '../helpers/database.ts';
import { describeSchedules } from '../helpers/describe-schedules.ts';
import type { Frame } from '../helpers/frame.ts';
import { createRandom, type Random, Scheduler } from '../helpers/scheduler.ts';
import { TestServer } from '../helpers/test-server.ts';

let table: TestTable;
beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());

// A post waits for its turn. It must not time out meanwhile, however slow the machine is.
beforeEach(() => {
  const timers = ['nextTick', 'setImmediate', 'clearImmediate', 'setInterval', 'clearInterval'];
  const others = ['Date', 'performance', 'queueMicrotask', 'hrtime'];
  jest.useFakeTimers({ doNotFake: [...timers, ...others] as 'Date'[] });
});
afterEach(() => {
  jest.useRealTimers();
});

/** The time of a request, in milliseconds: without end. */
const unlimitedMs = 1e8;

/** A connection of one of two users. */
interface Peer {
  readonly id: string;
  readonly user: string;
  /** Whether it is in the room before and after the schedule, if this is certain. */
  readonly wasIn: boolean;
  isIn: boolean | undefined;
  /** The ack of its only join. */
  ack?: Frame;
}

type Operation = 'join' | 'leave' | 'disconnect';

/** A room with a watcher, and four connections of two users. */
class Presence {
  readonly scheduler = new Scheduler();
  readonly server = new TestServer(this.scheduler.table(table), {
    outcome: (id, frame) => this.scheduler.post(id, frame),
  });
  readonly room: string;
  readonly #random: Random;
  readonly #peers: Peer[] = [];
  #watcher = '';

  constructor(seed: number) {
    this.room = `room-${seed}`;
    this.#random = createRandom(seed);
  }

  /** Connects everyone, runs operations at once, and returns what is wrong at the end. */
  async run(): Promise<string[]> {
    await this.#open();
    this.server.pushedTo(this.#watcher).length = 0;
    const view = new Set(this.#peers.filter(({ wasIn }) => wasIn).map(({ user }) => user));
    const sent: Frame[] = [];
    const operations: Promise<unknown>[] = [];
    this.scheduler.isActive = true;
    for (const peer of this.#chosen()) operations.push(...this.#begin(peer));
    if (this.#random() < 0.6) {
      const message = { action: 'sendmessage', message: 'hi', id: 'a1' };
      operations.push(this.#send(this.#watcher, message).then((ack) => sent.push(ack)));
    }
    await this.scheduler.runInRandomOrder(operations, this.#random);
    this.scheduler.isActive = false;
    for (const { type, from } of this.server.pushedTo(this.#watcher)) {
      if (type === 'joined') view.add(from.name);
      if (type === 'left') view.delete(from.name);
    }
    return [
      ...(await this.#compareSubscriptions(view)),
      ...sent.flatMap((ack) => this.#findMissed(ack)),
    ];
  }

  async #open() {
    this.#watcher = await this.server.connect({ name: 'Watcher' });
    await this.#send(this.#watcher, { action: 'joinroom' });
    for (const name of ['Aki', 'Ben', 'Aki', 'Ben']) {
      const id = await this.server.connect({ key: `the-key-of-${name}-in-${this.room}`, name });
      const wasIn = this.#random() < 0.5;
      if (wasIn) await this.#send(id, { action: 'joinroom' });
      this.#peers.push({ id, user: name, wasIn, isIn: wasIn });
    }
  }

  #send(id: string, frame: Frame): Promise<Frame> {
    return this.server.send(id, { room: this.room, ...frame }, unlimitedMs);
  }

  #chosen(): Peer[] {
    const order = this.#peers.map((peer) => ({ peer, at: this.#random() }));
    const count = 2 + Math.floor(this.#random() * 3);
    return order
      .toSorted((a, b) => a.at - b.at)
      .slice(0, count)
      .map(({ peer }) => peer);
  }

  /** Begins an operation of a connection. One in four begins another one at the same time. */
  #begin(peer: Peer): Promise<unknown>[] {
    const choose = (isIn: boolean): Operation => {
      const isFirst = this.#random() < (isIn ? 0.5 : 0.75);
      return isFirst ? (isIn ? 'leave' : 'join') : 'disconnect';
    };
    const first = choose(peer.wasIn);
    if (this.#random() >= 0.25) {
      peer.isIn = first === 'join';
      return [this.#perform(peer, first)];
    }
    peer.isIn = undefined;
    return [this.#perform(peer, first), this.#perform(peer, choose(!peer.wasIn))];
  }

  async #perform(peer: Peer, operation: Operation) {
    if (operation === 'disconnect') await this.server.disconnect(peer.id);
    else if (operation === 'leave') await this.#send(peer.id, { action: 'leaveroom' });
    else peer.ack = await this.#send(peer.id, { action: 'joinroom', after: 0 });
  }

  /** Compares the subscriptions with the view of the watcher and with the rooms of the connections. */
  async #compareSubscriptions(view: ReadonlySet<string>): Promise<string[]> {
    const { connections, members } = this.server.store;
    const found: string[] = [];
    const users = new Set<string>();
    for (const { id, user, isIn } of this.#peers) {
      const { userId } = (await connections.find(id)) ?? {};
      const isListed = (await connections.find(id))?.rooms.has(this.room) ?? false;
      const pages = await Array.fromAsync(members.subscribers(this.room, 100));
      const isSubscribed = pages.flat().some(({ connectionId }) => connectionId === id);
      if (isSubscribed) users.add(user);
      if (isListed !== isSubscribed) found.push(`${user}: listed ${isListed}, not subscribed so`);
      if (isIn !== undefined && isIn !== isListed)
        found.push(`${user} (${userId}) is in: ${isListed}`);
    }
    for (const user of users) if (!view.has(user)) found.push(`the watcher misses ${user}`);
    for (const user of view) if (!users.has(user)) found.push(`the watcher still sees ${user}`);
    return found;
  }

  /** Finds members without the event, by a push or in the ack of their join. */
  #findMissed({ seq }: Frame): string[] {
    const members = this.#peers.filter(({ isIn }) => isIn);
    return members.flatMap(({ id, user, ack }) => {
      const events = [...this.server.pushedTo(id), ...(ack?.['events'] ?? [])];
      return events.some((event) => event['seq'] === seq) ? [] : [`${user} misses event ${seq}`];
    });
  }
}

describeSchedules('joins and leaves of two users', 150, (seed) => new Presence(seed).run());
