import { describeAction, withTwoMembers } from '../../helpers/describe-action.ts';
import type { Frame } from '../../helpers/test-server.ts';

const room = 'tea';
const edit = { action: 'editmessage', seq: 1, message: 'hello', room };

// The tests that editmessage shares with deletemessage and react are in amendments.test.ts.
describeAction('editmessage', withTwoMembers, (fixture) => {
  beforeEach(async () => {
    const { server, aki } = fixture();
    await server.request(aki, { action: 'sendmessage', message: 'helo', room });
    server.clearPushed();
  });

  async function readHistory(): Promise<Frame[]> {
    const { server, ben } = fixture();
    return (await server.request(ben, { action: 'history', room }))['messages'];
  }

  it('shows the second of two edits, with its time', async () => {
    const { server, aki, ben } = fixture();
    await server.request(aki, edit);
    await server.request(aki, { ...edit, message: 'hello there' });
    const [, last] = server.drainPushed(ben);
    const shown = { message: 'hello there', editedAt: last?.['sentAt'] };
    expect(await readHistory()).toMatchObject([shown]);
  });

  it('shows the edit with the highest seq of ten concurrent edits', async () => {
    const { server, aki, ben } = fixture();
    const texts = Array.from({ length: 10 }, (_, index) => `text ${index}`);
    await Promise.all(texts.map((message) => server.request(aki, { ...edit, message })));
    const bySeq = server.drainPushed(ben).toSorted((a, b) => a['seq'] - b['seq']);
    expect(await readHistory()).toMatchObject([{ message: bySeq.at(-1)?.['message'] }]);
  });
});
