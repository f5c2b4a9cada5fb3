import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { type Erasure, erase } from '../../../src/ops/erase-user.ts';
import { type OperatorTable, openTable } from '../../../src/ops/sdk-table.ts';
import type { TestTable } from '../../helpers/database.ts';
import type { Process } from '../../helpers/fakes/faulty-dynamo.ts';
import { ValidWorld } from '../../helpers/strict-test-server.ts';
import type { Frame, WorldOptions } from '../../helpers/test-server.ts';

/** Everybody's id is the token that they show. */
const authenticator: WorldOptions['authenticator'] = {
  authenticate: async ({ token = '' }) => ({ userId: token }),
  verifyToken: () => Promise.reject(new Error('nobody renews a token here')),
};

/** The person who is to be erased: an id that a token may bear, with all that keys are made of. */
export const aki = 'auth0|aki#1~%2F&';

/** Others, whose ids begin as that one does, or could be taken for it. */
export const others = {
  ben: 'ben',
  longer: `${aki}0`,
  part: 'auth0|aki',
  encoded: 'auth0|aki#1~/&',
};

/** What Aki is called, and all that Aki writes, in rooms of others. */
export const names = ['Aki the First', 'Aki the Second'];
export const texts = ['my secret', 'it is at 5 High Street', 'never mind', 'call 555-0123'];

/** A world in which these people are who their token says. */
export const worldOf = (table: TestTable, options: WorldOptions = {}) =>
  new ValidWorld(table, { authenticator, ...options });

/** All of the table's rows, in the order of their keys, sets as lists. */
export async function rowsIn({ client, tableName: TableName }: TestTable): Promise<Frame[]> {
  const rows: Frame[] = [];
  let start: Frame | undefined;
  do {
    const page = await client.send(new ScanCommand({ TableName, ExclusiveStartKey: start }));
    rows.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start);
  const plain = rows.map((row) => JSON.parse(JSON.stringify(row, listed)));
  return plain.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

const listed = (_name: string, value: unknown) =>
  value instanceof Set ? [...value].sort() : value;

const keyOf = ({ pk, sk }: Frame) => `${pk} ${sk}`;

/** The rows that bear Aki's id, name or texts, as text or as part of a key. */
export function tracesIn(rows: readonly Frame[]): Frame[] {
  const traces = [...names, ...texts].map((text) => JSON.stringify(text).slice(1, -1));
  const isTheirs = (value: unknown) => value === aki || value === encodeURIComponent(aki);
  return rows.filter((row) => {
    const inKey = keyOf(row).replaceAll('%7E', '~').split(/[# ]/).some(isTheirs);
    return (
      inKey ||
      Object.values(row).some(isTheirs) ||
      traces.some((text) => JSON.stringify(row).includes(text))
    );
  });
}

/** The table as an operator has it; a process that dies does so between two of its writes. */
export function operators({ client, tableName }: TestTable, process?: Process): OperatorTable {
  const table = openTable(client, tableName, async () => {});
  if (!process) return table;
  return {
    ...table,
    put: (...all) => process.step(() => table.put(...all)),
    update: (...all) => process.step(() => table.update(...all)),
    remove: (...all) => process.step(() => table.remove(...all)),
  };
}

/** Erases Aki; what waits for requests in flight does this instead. */
export const eraseAki = (
  table: OperatorTable,
  pause: () => Promise<unknown> = async () => {},
): Promise<Erasure> => erase({ table, userId: aki, pause, tell: () => {} });

/**
 * People talk in these rooms, by default two and the lobby: Aki on two connections, under two names, in every way there is,
 * and so that others react by what Aki reacts by, answer Aki, and react to Aki.
 */
export async function aParty(table: TestTable, rooms = ['tea', 'room-2', 'lobby']) {
  const world = worldOf(table);
  const enter = (token: string, name: string) => world.enter(['tea', 'room-2'], { token, name });
  const [one, two] = [await enter(aki, names[0] ?? ''), await enter(aki, names[1] ?? '')];
  const ben = await enter(others.ben, 'Ben');
  const others_: string[] = [];
  for (const id of [others.longer, others.part, others.encoded])
    others_.push(await enter(id, 'Cleo'));
  const [longer = '', part = '', encoded = ''] = others_;
  const act = (action: string) => (connection: string, frame: Frame) =>
    world.ask(connection, { action, room: 'tea', ...frame });
  const [say, react] = [act('sendmessage'), act('react')];
  const [edit, remove, read] = [act('editmessage'), act('deletemessage'), act('markread')];

  for (const room of rooms) {
    await say(one, { room, id: 'a1', message: 'my secret' }); // 1
    await say(ben, { room, id: 'b1', message: 'hello' }); // 2
    await edit(two, { room, id: 'a2', seq: 1, message: 'it is at 5 High Street' }); // 3
    await say(longer, { room, id: 'c1', message: 'Where?', replyTo: 1 }); // 4
    await say(two, { room, message: 'never mind', replyTo: 4 }); // 5
    await remove(one, { room, id: 'a3', seq: 5 }); // 6
    for (const by of [one, ben, longer, part, encoded])
      await react(by, { room, seq: 2, id: 'r', emoji: '👍' }); // 7 to 11
    await react(two, { room, seq: 2, id: 'r2', emoji: 'call 555-0123' }); // 12
    await react(two, { room, seq: 4, emoji: '🎉' }); // 13
    await react(two, { room, seq: 4, emoji: '🎉', on: false }); // 14
    await react(ben, { room, seq: 1, emoji: '❤️' }); // 15
    await say(longer, { room, message: 'bye' }); // 16
    await say(one, { room, message: 'my secret' }); // 17
    for (const by of [one, ben, longer]) await read(by, { room, seq: 17 });
  }
  world.clear();
  return { world, one, two, ben, longer, act };
}
