import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { type EraseResult, eraseUser } from '../../../src/ops/erase-user.ts';
import { type OpsTable, openOpsTable } from '../../../src/ops/sdk-table.ts';
import type { TestTable } from '../../helpers/database.ts';
import type { CrashingProcess } from '../../helpers/fakes/faulty-dynamo.ts';
import { StrictTestServer } from '../../helpers/strict-test-server.ts';
import type { Frame, TestServerOptions } from '../../helpers/test-server.ts';

/** Takes the token as the user id. */
const authenticator: TestServerOptions['authenticator'] = {
  authenticate: async ({ token = '' }) => ({ userId: token }),
  verifyToken: () => Promise.reject(new Error('These tests renew no token.')),
};

/** The id of the user to erase. A token may have it, and it contains every separator of keys. */
export const akiUserId = 'auth0|aki#1~%2F&';

/** Ids of other users that begin like that id, or that an erasure could confuse with it. */
export const otherUserIds = {
  ben: 'ben',
  longer: `${akiUserId}0`,
  part: 'auth0|aki',
  encoded: 'auth0|aki#1~/&',
};

/** The names of Aki, and all texts that Aki writes. */
export const akiNames = ['Aki the First', 'Aki the Second'];
export const akiTexts = ['my secret', 'it is at 5 High Street', 'never mind', 'call 555-0123'];

/** Creates a server in which the token is the user id. */
export const createTestServer = (table: TestTable, options: TestServerOptions = {}) =>
  new StrictTestServer(table, { authenticator, ...options });

/** Reads all rows of the table in the order of their keys, with sets as lists. */
export async function readAllRows({ client, tableName: TableName }: TestTable): Promise<Frame[]> {
  const rows: Frame[] = [];
  let start: Frame | undefined;
  do {
    const page = await client.send(new ScanCommand({ TableName, ExclusiveStartKey: start }));
    rows.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start);
  const plain = rows.map((row) => JSON.parse(JSON.stringify(row, setsToLists)));
  return plain.toSorted((a, b) => (toKeyText(a) < toKeyText(b) ? -1 : 1));
}

const setsToLists = (_name: string, value: unknown) =>
  value instanceof Set ? [...value].sort() : value;

const toKeyText = ({ pk, sk }: Frame) => `${pk} ${sk}`;

/** Returns the rows with Aki's id, name or texts, in an attribute or in a key. */
export function findTraces(rows: readonly Frame[]): Frame[] {
  const traces = [...akiNames, ...akiTexts].map((text) => JSON.stringify(text).slice(1, -1));
  const isTheirs = (value: unknown) =>
    value === akiUserId || value === encodeURIComponent(akiUserId);
  return rows.filter((row) => {
    const inKey = toKeyText(row).replaceAll('%7E', '~').split(/[# ]/).some(isTheirs);
    return (
      inKey ||
      Object.values(row).some(isTheirs) ||
      traces.some((text) => JSON.stringify(row).includes(text))
    );
  });
}

/** Opens the table as an operator. A crashing process dies between two of its writes. */
export function createOpsTable(
  { client, tableName }: TestTable,
  crashing?: CrashingProcess,
): OpsTable {
  const table = openOpsTable(client, tableName, async () => {});
  if (!crashing) return table;
  return {
    ...table,
    put: (...args) => crashing.step(() => table.put(...args)),
    update: (...args) => crashing.step(() => table.update(...args)),
    remove: (...args) => crashing.step(() => table.remove(...args)),
  };
}

/** Erases Aki. The callback replaces the wait for requests in flight. */
export const eraseAki = (
  table: OpsTable,
  waitForRequests: () => Promise<unknown> = async () => {},
): Promise<EraseResult> =>
  eraseUser({ table, userId: akiUserId, waitForRequests, onProgress: () => {} });

/**
 * Seeds a conversation in each room. Aki uses every action, on two connections and under two names. Other
 * users react with the same emoji as Aki, reply to Aki, and react to Aki.
 *
 * @param rooms The rooms. @default two rooms and the lobby
 */
export async function seedConversation(table: TestTable, rooms = ['tea', 'room-2', 'lobby']) {
  const server = createTestServer(table);
  const connect = (token: string, name: string) =>
    server.connectTo(['tea', 'room-2'], { token, name });
  const aki1 = await connect(akiUserId, akiNames[0] ?? '');
  const aki2 = await connect(akiUserId, akiNames[1] ?? '');
  const ben = await connect(otherUserIds.ben, 'Ben');
  const otherConnections: string[] = [];
  for (const id of [otherUserIds.longer, otherUserIds.part, otherUserIds.encoded])
    otherConnections.push(await connect(id, 'Cleo'));
  const [longer = '', part = '', encoded = ''] = otherConnections;
  const createAction = (action: string) => (connection: string, frame: Frame) =>
    server.request(connection, { action, room: 'tea', ...frame });
  const say = createAction('sendmessage');
  const react = createAction('react');
  const edit = createAction('editmessage');
  const remove = createAction('deletemessage');
  const read = createAction('markread');

  for (const room of rooms) {
    await say(aki1, { room, id: 'a1', message: 'my secret' }); // 1
    await say(ben, { room, id: 'b1', message: 'hello' }); // 2
    await edit(aki2, { room, id: 'a2', seq: 1, message: 'it is at 5 High Street' }); // 3
    await say(longer, { room, id: 'c1', message: 'Where?', replyTo: 1 }); // 4
    await say(aki2, { room, message: 'never mind', replyTo: 4 }); // 5
    await remove(aki1, { room, id: 'a3', seq: 5 }); // 6
    for (const user of [aki1, ben, longer, part, encoded])
      await react(user, { room, seq: 2, id: 'r', emoji: '👍' }); // 7 to 11
    await react(aki2, { room, seq: 2, id: 'r2', emoji: 'call 555-0123' }); // 12
    await react(aki2, { room, seq: 4, emoji: '🎉' }); // 13
    await react(aki2, { room, seq: 4, emoji: '🎉', on: false }); // 14
    await react(ben, { room, seq: 1, emoji: '❤️' }); // 15
    await say(longer, { room, message: 'bye' }); // 16
    await say(aki1, { room, message: 'my secret' }); // 17
    for (const user of [aki1, ben, longer]) await read(user, { room, seq: 17 });
  }
  server.clearPushed();
  return { server, aki1, aki2, ben };
}
