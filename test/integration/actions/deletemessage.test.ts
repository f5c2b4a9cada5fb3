import { describeAction, withTwoMembers } from '../../helpers/describe-action.ts';

const room = 'tea';
const remove = { action: 'deletemessage', seq: 1, room };
const edit = { action: 'editmessage', seq: 1, message: 'another slip', room };

// The tests that deletemessage shares with editmessage and react are in amendments.test.ts.
describeAction('deletemessage', withTwoMembers, (fixture) => {
  beforeEach(async () => {
    const { server, aki } = fixture();
    await server.request(aki, { action: 'sendmessage', message: 'a slip', room });
  });

  /** Expects the room's only message to be a deleted one. */
  async function expectDeleted() {
    const { server, ben } = fixture();
    const { messages } = await server.request(ben, { action: 'history', room });
    expect(messages).toMatchObject([{ message: '', deletedAt: expect.any(String) }]);
  }

  it('deletes the text of an edited message', async () => {
    const { server, aki } = fixture();
    await server.request(aki, edit);
    await server.request(aki, remove);
    await expectDeleted();
  });

  it('deletes the text despite concurrent edits', async () => {
    const { server, aki } = fixture();
    await Promise.all([
      server.send(aki, edit),
      server.request(aki, remove),
      server.send(aki, edit),
    ]);
    await expectDeleted();
  });
});
