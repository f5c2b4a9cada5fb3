import { openTable, type TestTable } from '../support/database.ts';
import { intercept } from '../support/faults.ts';
import { gatewayEvent, World } from '../support/world.ts';

let table: TestTable;

beforeAll(async () => {
  table = await openTable();
});
afterAll(() => table.close());

describe('GET /', () => {
  it('tells where the chat is and how to try it, as text', async () => {
    const { eventType: _none, ...requestContext } = gatewayEvent(
      'MESSAGE',
      'GET /',
      '',
    ).requestContext;
    const reply = await new World(table).invoke({ requestContext });
    expect(reply).toMatchObject({
      statusCode: 200,
      headers: { 'Content-Type': 'text/plain; charset=utf-8' },
    });
    expect(reply.body).toContain("npx wscat -c 'wss://chat.example/dev?name=Aki'");
  });
});

describe('an invocation that runs out of time', () => {
  it('answers unavailable before it is cut off', async () => {
    const logged = jest.spyOn(console, 'error').mockImplementation(() => {});
    const hanging = intercept(table, ({ name }, go) =>
      name === 'UpdateCommand' ? new Promise(() => {}) : go(),
    );
    const aki = await new World(table).connect();
    const event = gatewayEvent('MESSAGE', 'sendmessage', aki);
    const body = '{"action":"sendmessage","message":"x","id":"a1"}';
    const reply = await new World(hanging).invoke({ ...event, body }, 500);
    expect(JSON.parse(reply.body ?? '')).toMatchObject({
      code: 'unavailable',
      retryable: true,
      id: 'a1',
    });
    logged.mockRestore();
  });
});
