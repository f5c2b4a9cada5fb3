import { encodeEvent } from '../../../src/server/store/event-rows.ts';
import { logKey } from '../../../src/server/store/keys.ts';
import { type ActionFixture, describeAction } from '../../helpers/describe-action.ts';
import { FakeIssuer } from '../../helpers/fakes/fake-issuer.ts';
import { StrictTestServer } from '../../helpers/strict-test-server.ts';
import { allowedNames, refusedNames } from '../../helpers/user-names.ts';

let issuer: FakeIssuer;

beforeAll(async () => {
  issuer = await FakeIssuer.start();
});
afterAll(() => issuer.close());

/** Starts the tests with two servers on a table: one takes any name, and one requires tokens. */
async function withTokens({ table }: ActionFixture) {
  const options = { authenticator: issuer.createAuthenticator() };
  return { tokenServer: new StrictTestServer(table, options) };
}

describeAction('the name of a user', withTokens, (fixture) => {
  it('is any name with a visible character, and is stored unchanged', async () => {
    const { server } = fixture();
    for (const name of allowedNames) {
      const id = await server.connect({ name });
      expect((await server.getUser(id)).name).toBe(name);
    }
  });

  it('is any such name of a token', async () => {
    const { tokenServer } = fixture();
    for (const name of allowedNames) {
      const token = await issuer.token({ sub: 'aki', name, nickname: 'Nick' });
      const id = await tokenServer.connect({ token });
      expect((await tokenServer.getUser(id)).name).toBe(name);
    }
  });

  it.each(refusedNames)('[SEC-093] refuses a name with %s', async (_case, name) => {
    const { server } = fixture();
    expect(await server.tryConnect({ queryStringParameters: { name } })).toBe(400);
  });

  it.each(refusedNames)('is the next name of a token after one with %s', async (_case, name) => {
    const { tokenServer } = fixture();
    const token = await issuer.token({ sub: 'aki', name, nickname: 'Nick' });
    const id = await tokenServer.connect({ token });
    expect((await tokenServer.getUser(id)).name).toBe('Nick');
  });

  it('stays readable in the log if it is from before these rules', async () => {
    const { table, server } = fixture();
    const reader = await server.connectTo('tea');
    const old = { userId: 'u', name: '\u3000' };
    const now = Date.now();
    const slot = { seq: 1, takenAt: now, sentAt: now };
    const row = encodeEvent(old, { type: 'message', id: 'a1', message: 'hello' }, slot);
    const Item = { ...logKey('tea', 'M', 1), ...row };
    await table.dynamoClient('PutItem', { TableName: table.tableName, Item });
    // The server checks each of its frames against the contract in these tests.
    const { messages } = await server.request(reader, { action: 'history', room: 'tea' });
    expect(messages).toMatchObject([{ from: old }]);
    const { events } = await server.request(reader, { action: 'joinroom', room: 'tea', after: 0 });
    expect(events).toMatchObject([{ from: old }]);
  });
});
