import { describeAction } from '../../helpers/describe-action.ts';
import { interceptTable, type TableCall } from '../../helpers/fakes/faulty-dynamo.ts';
import { StrictTestServer } from '../../helpers/strict-test-server.ts';

/** Returns whether a call removes a row with this key. */
const removes = (pk: string) => (call: TableCall) =>
  call.operation === 'DeleteItem' && call.pk === pk;

describeAction(
  '$disconnect that fails after it has removed a subscription',
  async ({ server }) => {
    const aki = await server.connectTo(['tea', 'cake']);
    const ben = await server.connectTo('cake');
    server.clearPushed();
    return { aki, ben, from: await server.getUser(aki) };
  },
  (fixture) => {
    /** Disconnects Aki by an instance whose matching calls fail. */
    async function failToDisconnect(matches: (call: TableCall) => boolean) {
      const { table, server, aki } = fixture();
      const faulty = interceptTable(table, (call, proceed) =>
        matches(call) ? Promise.reject(new Error('throttled')) : proceed(),
      );
      const failing = new StrictTestServer(faulty, {
        outcome: (id, frame) => {
          server.pushedTo(id).push(frame);
          return 'delivered';
        },
      });
      await failing.disconnect(aki).catch(() => undefined);
    }

    it.each(['the subscription of another room', 'the row of the connection'])(
      'announces the user, if it could not remove %s',
      async (row) => {
        const { server, aki, ben, from } = fixture();
        await failToDisconnect(removes(row.includes('room') ? 'ROOM#tea' : `CONN#${aki}`));
        expect(server.drainPushed(ben)).toEqual([{ type: 'left', room: 'cake', from }]);
      },
    );
  },
);
