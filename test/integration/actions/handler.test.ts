import { describeAction, withoutMembers } from '../../helpers/describe-action.ts';
import { interceptTable } from '../../helpers/fakes/faulty-dynamo.ts';
import { findRows } from '../../helpers/rows.ts';
import { StrictTestServer } from '../../helpers/strict-test-server.ts';
import { createGatewayEvent } from '../../helpers/test-server.ts';

describeAction('handler', withoutMembers, (fixture) => {
  it('answers `unavailable` before the invocation times out, and does nothing after its answer', async () => {
    const { table, server } = fixture();
    const answered = Promise.withResolvers<void>();
    const writing = Promise.withResolvers<unknown>();
    const slow = interceptTable(table, async ({ operation }, proceed) => {
      if (operation !== 'UpdateItem') return proceed();
      await answered.promise;
      const written = proceed();
      writing.resolve(written);
      return written;
    });
    const aki = await server.connect();
    const event = createGatewayEvent('MESSAGE', 'sendmessage', aki);
    const body = '{"action":"sendmessage","message":"x","id":"a1"}';
    const reply = await new StrictTestServer(slow).invoke({ ...event, body }, 1_000);
    const error = { code: 'unavailable', retryable: true, id: 'a1' };
    expect(JSON.parse(reply.body ?? '')).toMatchObject(error);

    answered.resolve();
    await expect(writing.promise).rejects.toMatchObject({ name: 'AbortError' });
    expect(await findRows(table, 'COUNTER')).toEqual([]);
  });
});
