import { createRequire } from 'node:module';
import { setImmediate } from 'node:timers/promises';
import {
  createLocalTable,
  startDynalite,
  type TableProperties,
} from '../../../src/local/dynalite.ts';
import type { DynamoClient } from '../../../src/server/aws/dynamodb.ts';
import { createStore } from '../../../src/server/store/index.ts';
import { serverlessConfig } from '../../helpers/serverless.ts';

/** What is reached into of the embedded engine: 100,000 rows through its front door take minutes. */
interface Internals {
  create(options: object): Storage;
  createKey(item: object, table: object): string;
}

interface Storage {
  getTable(
    name: string,
    onlyActive: boolean,
    callback: (error: unknown, table: { TableStatus: string }) => void,
  ): void;
  getItemDb(name: string): {
    batch(puts: readonly object[], callback: (error: unknown) => void): void;
  };
}

/** A table to make and to fill. */
export interface TableSeed {
  readonly tableName: string;
  /** How many connections there are, all of them in the lobby. */
  readonly connections: number;
  /** Other rooms, and how many of the connections are in each: the first ones. */
  readonly rooms: Readonly<Record<string, number>>;
}

/** The id of one connection: as long as API Gateway's, and as awkward. */
export const createConnectionId = (index: number) => `Bench${String(index).padStart(9, '0')}A=`;

/** An embedded DynamoDB, with tables of any size. */
export default async function engine() {
  const internals: Internals = createRequire(import.meta.url)('dynalite/db');
  const { create } = internals;
  const storages: Storage[] = [];
  internals.create = (options) => {
    const storage = create(options);
    storages.push(storage);
    return storage;
  };
  const { endpoint } = await startDynalite();

  async function fill(tableName: string, properties: TableProperties, rows: AsyncIterable<object>) {
    await createLocalTable(endpoint, tableName, properties);
    const [storage] = storages;
    if (!storage) throw new Error('The engine keeps its rows elsewhere.');
    const find = () =>
      promisify<{ TableStatus: string }>((done) => storage.getTable(tableName, false, done));
    let table = await find();
    for (; table.TableStatus !== 'ACTIVE'; table = await find()) await setImmediate();
    const all = await Array.fromAsync(rows, (row) => {
      const value = Object.fromEntries(
        Object.entries(row).map(([name, one]) => [name, marshall(one)]),
      );
      return { type: 'put', key: internals.createKey(value, table), value };
    });
    await promisify((done) => storage.getItemDb(tableName).batch(all, (error) => done(error)));
  }

  return {
    endpoint: () => endpoint,
    /** Our table, with connections as `$connect` and `joinroom` store them. */
    chat: (seed: TableSeed) =>
      fill(seed.tableName, serverlessConfig.resources.Resources.Table.Properties, chatRows(seed)),
    /** The tutorial's table: an id a row; and which of the rooms it is in, for its emulation. */
    tutorial: (seed: TableSeed) => fill(seed.tableName, tutorialTable, tutorialRows(seed)),
  };
}

const tutorialTable: TableProperties = {
  AttributeDefinitions: [{ AttributeName: 'connectionId', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'connectionId', KeyType: 'HASH' }],
  BillingMode: 'PAY_PER_REQUEST',
};

async function* tutorialRows({ connections, rooms }: TableSeed) {
  for (let index = 0; index < connections; index += 1) {
    const [room = 'lobby'] = listRooms(index, rooms);
    yield { connectionId: createConnectionId(index), room };
  }
}

/** The very rows that the store writes, caught on their way to the table. */
async function* chatRows({ tableName, connections, rooms }: TableSeed) {
  const rows: object[] = [];
  const dynamoClient: DynamoClient = async (_operation, { Item }) => {
    if (Item) rows.push(Item);
    return {};
  };
  const most = Number.MAX_SAFE_INTEGER;
  const limits = { connectionsPerUser: most, roomsPerConnection: most, connectionsPerRoom: most };
  const store = createStore({ dynamoClient, tableName, now: Date.now, retentionDays: 0, limits });
  for (let index = 0; index < connections; index += 1) {
    await store.connections.add({
      connectionId: createConnectionId(index),
      userId: `user${String(index).padStart(18, '0')}`,
      name: `guest-${index}`,
      connectedAt: Date.now(),
      rooms: new Set(['lobby', ...listRooms(index, rooms)]),
    });
    yield* rows.splice(0);
  }
}

const listRooms = (index: number, rooms: TableSeed['rooms']) =>
  Object.keys(rooms).filter((room) => index < Number(rooms[room]));

/** A value as DynamoDB writes it in JSON. */
function marshall(value: unknown): object {
  if (value instanceof Set) return { SS: [...value] };
  if (typeof value === 'number') return { N: String(value) };
  return typeof value === 'boolean' ? { BOOL: value } : { S: value };
}

function promisify<T = void>(
  work: (done: (error: unknown, result?: T) => void) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    work((error, result) => (error ? reject(error) : resolve(result as T)));
  });
}
