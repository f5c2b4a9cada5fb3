import { DynamoError } from '../../../src/server/aws/dynamodb.ts';
import { describeAction } from '../../helpers/describe-action.ts';
import {
  CrashingProcess,
  interceptTable,
  type TableCall,
} from '../../helpers/fakes/faulty-dynamo.ts';
import { findRows } from '../../helpers/rows.ts';
import { StrictTestServer } from '../../helpers/strict-test-server.ts';

const query = { key: 'one-user-who-connects-often' };
const limits = { connectionsPerUser: 2 };

const withClock = async () => ({ clock: { now: Date.UTC(2026, 10, 22) } });

describeAction('a $connect that fails', withClock, (fixture) => {
  const createServer = (table = fixture().table) =>
    new StrictTestServer(table, { limits, now: () => fixture().clock.now });

  /** Connects while the calls that match fail. */
  async function connectDuringFault(matches: (call: TableCall) => boolean, connectionId: string) {
    const failing = interceptTable(fixture().table, (call, proceed) =>
      matches(call) ? Promise.reject(new DynamoError('ThrottlingException', true)) : proceed(),
    );
    return createServer(failing).tryConnect({ queryStringParameters: query }, connectionId);
  }

  it.each<[string, (call: TableCall) => boolean]>([
    ['the count of connections', ({ operation }) => operation === 'Query'],
    [
      'the write of the connection',
      ({ operation, sk }) => operation === 'PutItem' && sk === 'CONN',
    ],
    ['the write of a subscription', ({ operation, sk }) => operation === 'PutItem' && sk >= 'SUB#'],
  ])('does not count against the limit if %s fails', async (_case, matches) => {
    for (const id of ['1=', '2=', '3=']) expect(await connectDuringFault(matches, id)).toBe(503);
    const { table } = fixture();
    expect(await findRows(table, '=')).toEqual([]);
    await createServer().connect(query);
  });

  it('counts for 30 seconds at most if the process dies between any two calls', async () => {
    const { table, clock } = fixture();
    let deaths = 0;
    for (let died = true; died; deaths += 1) {
      for (let repeated = 0; repeated < limits.connectionsPerUser; repeated += 1) {
        const crashing = new CrashingProcess();
        crashing.stepsLeft = deaths;
        await createServer(crashing.table(table))
          .connect(query)
          .catch(() => {});
        died = crashing.died;
      }
      if (!died) break;
      clock.now += 30_000;
      await createServer().disconnect(await createServer().connect(query));
    }
    expect(deaths).toBeGreaterThan(4);
  });

  it('leaves the limit as it is for connections that succeed', async () => {
    const { clock } = fixture();
    const server = createServer();
    await server.connect(query);
    await server.connect(query);
    clock.now += 3_600_000;
    await expect(server.connect(query)).rejects.toThrow('429');
  });

  it('leaves the announcement of an old connection with the same id to the next $connect', async () => {
    const server = createServer();
    const [aki, ben] = [await server.connectTo('tea'), await server.connectTo('tea')];
    fixture().clock.now += 60_000;
    expect(await connectDuringFault(({ operation }) => operation === 'Query', aki)).toBe(503);
    expect(await server.tryConnect({ queryStringParameters: query }, aki)).toBe(200);
    expect(server.drainPushed(ben)).toMatchObject([{ type: 'left', room: 'tea' }]);
  });
});
