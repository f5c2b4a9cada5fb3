import { akisKey, describeAction } from '../../helpers/describe-action.ts';
import { interceptTable } from '../../helpers/fakes/faulty-dynamo.ts';
import { StrictTestServer } from '../../helpers/strict-test-server.ts';
import { room, withMessage } from '../actions/amendments.ts';

const requests = {
  editmessage: { action: 'editmessage', message: 'hello' },
  react: { action: 'react', emoji: '👍' },
};

describeAction(
  'a request that was cut short after its event was stored',
  withMessage,
  (fixture) => {
    /** Sends a request to a server that dies before it applies the event to the message. */
    async function sendCutShort(request: object): Promise<void> {
      const { table, aki } = fixture();
      let isStored = false;
      const dying = interceptTable(table, async ({ operation, sk }, proceed) => {
        if (isStored) throw new Error('The process died.');
        const output = await proceed();
        isStored = operation === 'PutItem' && sk.startsWith('E');
        return output;
      });
      const reply = await new StrictTestServer(dying).send(aki, request);
      expect(reply).toMatchObject({ type: 'error' });
    }

    it.each([
      ['editmessage', requests.editmessage, { editedAt: expect.any(String) }],
      ['react', requests.react, { reactions: { '👍': [expect.any(String)] } }],
    ])(
      'takes effect by a retry of %s, even if the message is deleted by then',
      async (_name, fields, shown) => {
        const { server, aki, ben } = fixture();
        const request = { ...fields, id: 'once', seq: 1, room };
        await sendCutShort(request);
        const laptop = await server.connectTo(room, { key: akisKey });
        await server.request(laptop, { action: 'deletemessage', seq: 1, room });
        expect(await server.request(aki, request)).toMatchObject({ seq: 2, target: 1 });
        const { messages } = await server.request(ben, { action: 'history', room });
        expect(messages).toMatchObject([{ message: '', deletedAt: expect.any(String), ...shown }]);
      },
    );
  },
);
