import { akisKey, describeAction } from '../../helpers/describe-action.ts';
import { findRows } from '../../helpers/rows.ts';
import type { Frame } from '../../helpers/test-server.ts';
import { allAmendments, authorAmendments, room, withMessage } from './amendments.ts';

describeAction('amendments', withMessage, (fixture) => {
  /** Reads a room's messages. */
  async function readHistory(inRoom = room): Promise<Frame[]> {
    const { server, ben } = fixture();
    return (await server.request(ben, { action: 'history', room: inRoom }))['messages'];
  }

  it.each(allAmendments)('acks %s with its seq and its target', async (action, { request, by }) => {
    const current = fixture();
    const ack = await current.server.send(current[by], { ...request, id: 'a1' });
    expect(ack).toEqual({ type: 'ack', action, id: 'a1', room, seq: 2, target: 1 });
  });

  it.each(allAmendments)(
    'pushes the event of %s to the other members only',
    async (_, { request, by, event }) => {
      const current = fixture();
      const { server } = current;
      await server.request(current[by], { ...request, id: 'a1' });
      const from = await server.getUser(current[by]);
      const common = { room, seq: 2, target: 1, from, sentAt: expect.any(String) };
      const other = by === 'aki' ? current.ben : current.aki;
      expect(server.drainPushed(other)).toEqual([{ ...common, ...event }]);
      expect(server.drainPushed(current[by])).toEqual([]);
    },
  );

  it.each(allAmendments)(
    'shows %s in history and leaves all else as it was',
    async (_, amendment) => {
      const current = fixture();
      const { server, aki, ben } = current;
      await server.request(ben, { action: 'sendmessage', message: 'a reply', replyTo: 1, room });
      const [before, reply] = await readHistory();
      server.clearPushed();
      await server.request(current[amendment.by], amendment.request);
      const [event = {}] = server.drainPushed(amendment.by === 'aki' ? ben : aki);
      expect(await readHistory()).toEqual([{ ...before, ...amendment.toChange(event) }, reply]);
    },
  );

  it.each(allAmendments)('changes no other message by %s', async (_, { request, by }) => {
    const current = fixture();
    const { server, aki, ben } = current;
    await server.request(ben, { action: 'sendmessage', message: 'from Ben', room });
    await server.request(aki, { action: 'sendmessage', message: 'in the lobby' });
    const [, other] = await readHistory();
    await server.request(current[by], request);
    expect((await readHistory())[1]).toEqual(other);
    expect(other).toMatchObject({ seq: 2, message: 'from Ben' });
    const [inLobby, ...others] = await readHistory('lobby');
    expect([inLobby, others]).toMatchObject([{ seq: 1, message: 'in the lobby' }, []]);
    for (const field of ['editedAt', 'deletedAt', 'reactions']) {
      expect(inLobby).not.toHaveProperty(field);
    }
  });

  it.each(allAmendments)(
    'accepts %s of its user on another connection',
    async (_, { request, event, toChange }) => {
      const { server, aki } = fixture();
      const laptop = await server.connectTo(room, { key: akisKey });
      expect(await server.request(laptop, request)).toMatchObject({ seq: 2, target: 1 });
      const { userId } = await server.getUser(aki);
      const [pushed = {}] = server.drainPushed(aki);
      expect(pushed).toMatchObject({ ...event, target: 1, from: { userId } });
      expect(await readHistory()).toMatchObject([toChange(pushed)]);
    },
  );

  it.each(authorAmendments)(
    '[SEC-040] [SEC-041] rejects %s by another user, and changes nothing',
    async (action, { request }) => {
      const { server, table, aki, ben } = fixture();
      const namesake = await server.connectTo(room, { name: 'Aki' });
      const before = await findRows(table, '');
      const history = await readHistory();
      server.clearPushed();
      for (const id of [ben, namesake]) {
        const error = await server.send(id, { ...request, id: 'b1' });
        const expected = { type: 'error', action, id: 'b1', code: 'forbidden', retryable: false };
        expect(error).toMatchObject(expected);
      }
      expect(await findRows(table, '')).toEqual(before);
      expect(await readHistory()).toEqual(history);
      expect(server.drainPushed(aki)).toEqual([]);
    },
  );

  it.each(authorAmendments)(
    'accepts %s of a guest without a key on its own connection only',
    async (_, { request }) => {
      const { server } = fixture();
      const guest = await server.connectTo(room, { name: 'Guest' });
      const namesake = await server.connectTo(room, { name: 'Guest' });
      const sent = { action: 'sendmessage', message: 'helo', room };
      const { seq } = await server.request(guest, sent);
      const amend = { ...request, seq };
      expect(await server.send(namesake, amend)).toMatchObject({ code: 'forbidden' });
      expect(await server.send(guest, amend)).toMatchObject({ type: 'ack', target: seq });
    },
  );

  it.each(allAmendments)(
    'does not find a target of %s that is not a message',
    async (_, { request, by }) => {
      const current = fixture();
      const { server, aki, ben } = current;
      await server.request(aki, { action: 'editmessage', seq: 1, message: 'hello', room });
      await server.request(aki, { action: 'react', seq: 1, emoji: '🍵', room });
      await server.request(aki, { action: 'sendmessage', message: 'to be deleted', room });
      await server.request(aki, { action: 'deletemessage', seq: 4, room });
      const before = await readHistory();
      server.clearPushed();
      // The edit, the reaction and the deletion have seqs of their own. The last two are too high.
      for (const seq of [2, 3, 5, 6, 999_999_999_999]) {
        const error = await server.send(current[by], { ...request, seq });
        expect(error).toMatchObject({ code: 'not_found', retryable: false });
      }
      expect([...server.drainPushed(aki), ...server.drainPushed(ben)]).toEqual([]);
      expect(await readHistory()).toEqual(before);
      const ack = await server.request(ben, { action: 'joinroom', room, after: 5 });
      expect(ack).toMatchObject({ seq: 5, events: [] });
    },
  );

  it.each(allAmendments)(
    'does not find a deleted target of %s for any user or id',
    async (_, { request }) => {
      const { server, aki, ben } = fixture();
      await server.request(aki, { action: 'deletemessage', id: 'a1', seq: 1, room });
      const before = await readHistory();
      server.clearPushed();
      const requests = [
        [aki, request],
        [aki, { ...request, id: 'a2' }],
        [ben, request],
        [ben, { ...request, id: 'a1' }],
      ] as const;
      for (const [id, frame] of requests) {
        expect(await server.send(id, frame)).toMatchObject({ code: 'not_found' });
      }
      expect([...server.drainPushed(aki), ...server.drainPushed(ben)]).toEqual([]);
      expect(await readHistory()).toEqual(before);
    },
  );

  it.each(allAmendments)(
    'does not find a message of another room for %s',
    async (_, { request, by }) => {
      const current = fixture();
      const { server, aki } = current;
      await server.request(aki, { action: 'sendmessage', message: 'in the lobby' });
      await server.request(aki, { action: 'sendmessage', message: 'in the lobby' });
      const error = await server.send(current[by], { ...request, seq: 2 });
      expect(error).toMatchObject({ code: 'not_found' });
    },
  );
});
