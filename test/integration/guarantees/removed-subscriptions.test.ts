import { describeAction } from '../../helpers/describe-action.ts';
import type { Frame } from '../../helpers/frame.ts';
import { StrictTestServer } from '../../helpers/strict-test-server.ts';

const room = 'tea';

describeAction(
  'a removed subscription',
  async ({ table }) => {
    const clock = { now: Date.UTC(2026, 10, 22) };
    const gone = new Set<string>();
    /** Every attempt to post, also the ones that the gateway refused. */
    const attempts: { readonly id: string; readonly frame: Frame }[] = [];
    const server = new StrictTestServer(table, {
      outcome: (id, frame) => {
        attempts.push({ id, frame });
        return gone.has(id) ? 'gone' : 'delivered';
      },
      now: () => clock.now,
    });
    const [aki, ben, cleo] = [
      await server.connectTo(room),
      await server.connectTo(room),
      await server.connectTo(room),
    ];
    return { server, clock, gone, attempts, aki, ben, cleo };
  },
  (fixture) => {
    /** Lets Ben send a message, and returns the connections that it was posted to. */
    async function findRecipients(): Promise<string[]> {
      const { server, attempts, ben } = fixture();
      attempts.length = 0;
      await server.request(ben, { action: 'sendmessage', room, message: 'hello' });
      return attempts.filter(({ frame }) => frame['type'] === 'message').map(({ id }) => id);
    }

    it('gets every event before it is removed', async () => {
      const { aki, cleo } = fixture();
      expect((await findRecipients()).toSorted()).toEqual([aki, cleo].toSorted());
    });

    it('gets nothing after its connection left the room', async () => {
      const { server, aki, cleo } = fixture();
      await server.request(aki, { action: 'leaveroom', room });
      expect(await findRecipients()).toEqual([cleo]);
    });

    it('gets nothing after its connection was closed', async () => {
      const { server, aki, cleo } = fixture();
      await server.disconnect(aki);
      expect(await findRecipients()).toEqual([cleo]);
    });

    it('gets nothing after a delivery found its connection gone and evicted it', async () => {
      const { clock, gone, aki, cleo } = fixture();
      gone.add(aki);
      // Before that a 410 proves nothing: the $connect may not have returned.
      clock.now += 31_000;
      expect((await findRecipients()).toSorted()).toEqual([aki, cleo].toSorted());
      expect(await findRecipients()).toEqual([cleo]);
    });
  },
);
