import { akisKey, describeAction, withTwoMembers } from '../../helpers/describe-action.ts';

const room = 'tea';

describeAction('markread', withTwoMembers, (fixture) => {
  const mark = (id: string, seq: number) =>
    fixture().server.request(id, { action: 'markread', seq, room });

  /** Sends messages of Ben, and forgets what was pushed. */
  async function sendMessages(count: number): Promise<void> {
    const { server, ben } = fixture();
    for (let message = 0; message < count; message += 1) {
      await server.request(ben, { action: 'sendmessage', message: 'hello', room });
    }
    server.clearPushed();
  }

  it('acks with the read marker and pushes it to the other members', async () => {
    const { server, aki, ben } = fixture();
    await sendMessages(3);
    const ack = await server.send(aki, { action: 'markread', id: 'a1', seq: 2, room });
    expect(ack).toEqual({ type: 'ack', action: 'markread', id: 'a1', room, seq: 2 });
    const from = await server.getUser(aki);
    expect(server.drainPushed(ben)).toEqual([{ type: 'read', room, from, seq: 2 }]);
    expect(server.drainPushed(aki)).toEqual([]);
  });

  it('moves forward only: acks a lower seq with the current read marker and pushes nothing', async () => {
    const { server, aki, ben } = fixture();
    await sendMessages(3);
    await mark(aki, 2);
    server.clearPushed();
    expect(await mark(aki, 1)).toMatchObject({ seq: 2 });
    expect(server.drainPushed(ben)).toEqual([]);
    expect(await mark(aki, 3)).toMatchObject({ seq: 3 });
    expect(server.drainPushed(ben)).toMatchObject([{ type: 'read', seq: 3 }]);
  });

  it('pushes nothing if the read marker is already there', async () => {
    const { server, aki, ben } = fixture();
    await sendMessages(3);
    await mark(aki, 2);
    server.clearPushed();
    expect(await mark(aki, 2)).toMatchObject({ seq: 2 });
    expect(server.drainPushed(ben)).toEqual([]);
  });

  it('stops at the newest seq if set beyond, so that later messages stay unread', async () => {
    const { server, aki, ben } = fixture();
    await sendMessages(2);
    expect(await mark(aki, 999_999_999_999)).toMatchObject({ seq: 2 });
    expect(server.drainPushed(ben)).toMatchObject([{ type: 'read', seq: 2 }]);
    expect(await mark(aki, 7)).toMatchObject({ seq: 2 });
    expect(server.drainPushed(ben)).toEqual([]);
    await sendMessages(1);
    expect(await mark(aki, 3)).toMatchObject({ seq: 3 });
  });

  it('accepts the seq of an event that is not a message', async () => {
    const { server, aki, ben } = fixture();
    await sendMessages(1);
    await server.request(ben, { action: 'editmessage', seq: 1, message: 'hello there', room });
    expect(await mark(aki, 2)).toMatchObject({ seq: 2 });
  });

  it('acks with 0 in an empty room and pushes nothing', async () => {
    const { server, aki, ben } = fixture();
    expect(await mark(aki, 1)).toMatchObject({ seq: 0 });
    expect(server.drainPushed(ben)).toEqual([]);
  });

  it('keeps one read marker per user, which no connection moves back', async () => {
    const { server, aki } = fixture();
    const phone = await server.connectTo(room, { key: akisKey });
    await sendMessages(3);
    await mark(aki, 2);
    expect(server.drainPushed(phone)).toMatchObject([{ type: 'read', seq: 2 }]);
    expect(await mark(phone, 1)).toMatchObject({ seq: 2 });
  });

  it('keeps the read markers of users and rooms apart', async () => {
    const { server, aki, ben } = fixture();
    await sendMessages(3);
    await server.request(ben, { action: 'sendmessage', message: 'in the lobby' });
    await mark(aki, 3);
    expect(await mark(ben, 1)).toMatchObject({ seq: 1 });
    expect(await server.request(aki, { action: 'markread', seq: 1 })).toMatchObject({
      room: 'lobby',
      seq: 1,
    });
  });

  it('ends at the highest of ten concurrent seqs', async () => {
    const { aki } = fixture();
    await sendMessages(10);
    const seqs = [3, 9, 1, 7, 10, 2, 8, 4, 6, 5];
    await Promise.all(seqs.map((seq) => mark(aki, seq)));
    expect(await mark(aki, 1)).toMatchObject({ seq: 10 });
  });
});
