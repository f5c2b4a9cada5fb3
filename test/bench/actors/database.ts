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

/** Internals of dynalite. Through its HTTP API, 100,000 rows take minutes. */
interface DynaliteInternals {
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

/** The name and content of a table. */
export interface TableSeed {
  readonly tableName: string;
  /** Number of connections. All of them are in the default room. */
  readonly connections: number;
  /** Number of connections in each other room, from the first connection on. */
  readonly rooms: Readonly<Record<string, number>>;
}

/** Creates a connection id of the length and alphabet of API Gateway's. */
export const createConnectionId = (index: number) => `Bench${String(index).padStart(9, '0')}A=`;

/** An embedded DynamoDB, which creates filled tables of any size. */
export default async function database() {
  const internals: DynaliteInternals = createRequire(import.meta.url)('dynalite/db');
  const storages = recordStorages(internals);
  const { endpoint } = await startDynalite();

  async function createTable(
    tableName: string,
    properties: TableProperties,
    rows: AsyncIterable<object>,
  ) {
    await createLocalTable(endpoint, tableName, properties);
    const [storage] = storages;
    if (!storage)
      throw new Error('Dynalite did not create its storage by "create". Adapt this file.');
    const table = await waitUntilActive(storage, tableName);
    const puts = await Array.fromAsync(rows, (row) => {
      const value = marshallRow(row);
      return { type: 'put', key: internals.createKey(value, table), value };
    });
    await promisify((done) => storage.getItemDb(tableName).batch(puts, (error) => done(error)));
  }

  return {
    endpoint: () => endpoint,
    /** Creates Kaiwa's table, with connections as `$connect` and `joinroom` store them. */
    createChatTable: (seed: TableSeed) =>
      createTable(seed.tableName, chatTable, generateChatRows(seed)),
    /** Creates the tutorial's table: one row per connection, with a room for the filter. */
    createTutorialTable: (seed: TableSeed) =>
      createTable(seed.tableName, tutorialTable, generateTutorialRows(seed)),
  };
}

/** Records the storages that dynalite creates from now on. */
function recordStorages(internals: DynaliteInternals): readonly Storage[] {
  const { create } = internals;
  const storages: Storage[] = [];
  internals.create = (options) => {
    const storage = create(options);
    storages.push(storage);
    return storage;
  };
  return storages;
}

async function waitUntilActive(storage: Storage, tableName: string) {
  const read = () =>
    promisify<{ TableStatus: string }>((done) => storage.getTable(tableName, false, done));
  let table = await read();
  for (; table.TableStatus !== 'ACTIVE'; table = await read()) await setImmediate();
  return table;
}

const chatTable: TableProperties = serverlessConfig.resources.Resources.Table.Properties;

const tutorialTable: TableProperties = {
  AttributeDefinitions: [{ AttributeName: 'connectionId', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'connectionId', KeyType: 'HASH' }],
  BillingMode: 'PAY_PER_REQUEST',
};

async function* generateTutorialRows({ connections, rooms }: TableSeed) {
  for (let index = 0; index < connections; index += 1) {
    const [room = 'lobby'] = listRooms(index, rooms);
    yield { connectionId: createConnectionId(index), room };
  }
}

/** Generates the rows that the store writes, by a client that records them. */
async function* generateChatRows({ tableName, connections, rooms }: TableSeed) {
  const rows: object[] = [];
  const dynamoClient: DynamoClient = async (_operation, { Item }) => {
    if (Item) rows.push(Item);
    return {};
  };
  const unlimited = Number.MAX_SAFE_INTEGER;
  const limits = {
    connectionsPerUser: unlimited,
    roomsPerConnection: unlimited,
    connectionsPerRoom: unlimited,
  };
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

/** Converts a row to DynamoDB's JSON. */
const marshallRow = (row: object) =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, marshall(value)]));

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
