import { openTestTable, type TestTable } from '../helpers/database.ts';
import { describeSchedules } from '../helpers/describe-schedules.ts';
import type { Frame } from '../helpers/frame.ts';
import { findRows } from '../helpers/rows.ts';
import { createRandom, Scheduler } from '../helpers/scheduler.ts';
import { TestServer } from '../helpers/test-server.ts';

const limits = { connectionsPerUser: 3, roomsPerConnection: 4, connectionsPerRoom: 50 };

/** The time of a request, in milliseconds: without end. */
const unlimitedMs = 1e8;

/** A server whose operations run at once, in the order of a seed. */
class LimitedServer {
  readonly #scheduler = new Scheduler();
  readonly server: TestServer;
  readonly #seed: number;
  readonly random: () => number;

  constructor(table: TestTable, seed: number) {
    this.server = new TestServer(this.#scheduler.table(table), { limits });
    this.#seed = seed;
    this.random = createRandom(seed);
  }

  /** Opens a connection of a user of this seed. */
  connect(user: string): Promise<string> {
    return this.server.connect({ key: `the-key-of-${user}-${this.#seed}` });
  }

  join(id: string, room: string): Promise<Frame> {
    return this.server.send(id, { action: 'joinroom', room }, unlimitedMs);
  }

  /** Runs operations at once, and returns their results. */
  async runAtOnce<T>(begin: () => Promise<T>[]): Promise<PromiseSettledResult<T>[]> {
    this.#scheduler.isActive = true;
    const operations = begin();
    await this.#scheduler.runInRandomOrder(operations, this.random);
    this.#scheduler.isActive = false;
    return Promise.allSettled(operations);
  }
}

/** Runs a schedule on a table of its own, whose rows it looks at. */
async function withTable(run: (table: TestTable) => Promise<string[]>): Promise<string[]> {
  const table = await openTestTable();
  try {
    return await run(table);
  } finally {
    await table.close();
  }
}

describeSchedules('connections of a user above the limit', 30, (seed) =>
  withTable(async (table) => {
    const limited = new LimitedServer(table, seed);
    await limited.connect('aki');
    const results = await limited.runAtOnce(() =>
      Array.from({ length: 4 }, () => limited.connect('aki')),
    );
    const open = 1 + results.filter(({ status }) => status === 'fulfilled').length;
    const rows = await findRows(table, 'USER#');
    const found = open > limits.connectionsPerUser ? [`${open} connections are open`] : [];
    return rows.length === open ? found : [...found, `${rows.length} of ${open} connections count`];
  }),
);

describeSchedules('joins of a connection above the limit', 30, (seed) =>
  withTable(async (table) => {
    const limited = new LimitedServer(table, seed);
    const id = await limited.connect('aki');
    const results = await limited.runAtOnce(() =>
      ['a', 'b', 'c', 'd', 'e'].map((room) => limited.join(id, room)),
    );
    const acks = results.filter((result) => {
      return result.status === 'fulfilled' && result.value['type'] === 'ack';
    }).length;
    const size = (await limited.server.store.connections.find(id))?.rooms.size;
    const subscriptions = (await findRows(table, 'SUB#')).length;
    // The connection is in the lobby, too.
    const counts = { size, subscriptions, acks: acks + 1 };
    const isRight = Object.values(counts).every((count) => count === limits.roomsPerConnection);
    return isRight ? [] : [JSON.stringify(counts)];
  }),
);

describeSchedules('joins of a connection that ends', 30, (seed) =>
  withTable(async (table) => {
    const limited = new LimitedServer(table, seed);
    const id = await limited.connect('aki');
    await limited.join(id, 'tea');
    const { server } = limited;
    await limited.runAtOnce(() => [
      limited.join(id, 'cake'),
      limited.join(id, 'lobby'),
      server.disconnect(id),
      ...(limited.random() < 0.5 ? [server.disconnect(id)] : []),
    ]);
    return (await findRows(table, id)).map(({ pk, sk }) => `${pk} ${sk} is left`);
  }),
);
