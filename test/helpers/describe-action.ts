import { openTestTable, type TestTable } from './database.ts';
import { StrictTestServer } from './strict-test-server.ts';

/** The start of each test of an action: an empty table, and a server on it. */
export interface ActionFixture {
  readonly table: TestTable;
  readonly server: StrictTestServer;
}

/** Two members of the room `tea`. Aki has a key, so Aki can connect again as the same user. */
export interface TwoMembers {
  readonly aki: string;
  readonly ben: string;
}

/** Aki's key. */
export const akisKey = 'one-user-on-two-connections';

/** Starts the tests with an empty table. */
export const withoutMembers = async (): Promise<object> => ({});

/** Starts the tests with two members in the room `tea`, both of whom have received nothing. */
export async function withTwoMembers({ server }: ActionFixture): Promise<TwoMembers> {
  const aki = await server.connectTo('tea', { name: 'Aki', key: akisKey });
  const ben = await server.connectTo('tea');
  server.clearPushed();
  return { aki, ben };
}

/**
 * Describes an action or a route. Each test starts with a table and a server of its own, after `setUp`.
 * Tests read them by calling the function that `define` gets.
 */
export function describeAction<T extends object>(
  name: string,
  setUp: (fixture: ActionFixture) => Promise<T>,
  define: (fixture: () => ActionFixture & T) => void,
): void {
  describe(name, () => {
    let table: TestTable | undefined;
    let current: (ActionFixture & T) | undefined;

    beforeEach(async () => {
      table = await openTestTable();
      const fixture = { table, server: new StrictTestServer(table) };
      current = { ...fixture, ...(await setUp(fixture)) };
    });

    afterEach(async () => {
      await table?.close();
      current = undefined;
      table = undefined;
    });

    define(() => {
      if (!current) throw new Error('There is no fixture yet: read it inside a test.');
      return current;
    });
  });
}
