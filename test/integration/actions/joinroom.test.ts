import { describeAction, withoutMembers } from '../../helpers/describe-action.ts';
import { StrictTestServer } from '../../helpers/strict-test-server.ts';
import type { Frame } from '../../helpers/test-server.ts';

const join = { action: 'joinroom', room: 'tea' };
const hello = { action: 'sendmessage', message: 'hello', room: 'tea' };
const author = { userId: 'u', name: 'n' };

/** Appends five events of all durable types: a message, its edit, a reaction on and off, a deletion. */
async function appendFiveEvents(server: StrictTestServer, id: string): Promise<void> {
  await server.request(id, { ...hello, id: 'a1' });
  await server.request(id, { action: 'editmessage', seq: 1, message: 'hello there', room: 'tea' });
  await server.request(id, { action: 'react', seq: 1, emoji: '👍', room: 'tea' });
  await server.request(id, { action: 'react', seq: 1, emoji: '👍', on: false, room: 'tea' });
  await server.request(id, { action: 'deletemessage', seq: 1, room: 'tea' });
}

/** Reads all pages after a seq. The last seq of each page starts the next one. */
async function readPagesAfter(server: StrictTestServer, id: string, start: number) {
  const pages: Frame[] = [];
  for (let after = start; pages.at(-1)?.['more'] !== false && pages.length < 10; ) {
    const page = await server.request(id, { ...join, after });
    pages.push(page);
    after = page['events'].at(-1)?.seq;
  }
  return pages;
}

describeAction('joinroom', withoutMembers, (fixture) => {
  it('acks an empty room', async () => {
    const { server } = fixture();
    const aki = await server.connect();
    const result = { room: 'tea', seq: 0, events: [], more: false, recovered: true };
    expect(await server.send(aki, { ...join, id: 'a1' })).toEqual({
      type: 'ack',
      action: 'joinroom',
      id: 'a1',
      ...result,
    });
    expect(await server.request(aki, { ...join, after: 0 })).toMatchObject(result);
  });

  it('makes the connection a member', async () => {
    const { server } = fixture();
    const [aki, ben] = [await server.connect(), await server.connectTo('tea')];
    expect(await server.send(aki, hello)).toMatchObject({ code: 'not_member' });
    await server.request(aki, join);
    expect(await server.request(aki, hello)).toMatchObject({ seq: 1 });
    await server.request(ben, hello);
    expect(server.drainPushed(aki)).toMatchObject([{ type: 'message', seq: 2 }]);
  });

  it('returns the newest seq but no events without `after`', async () => {
    const { server } = fixture();
    await appendFiveEvents(server, await server.connectTo('tea'));
    expect(await server.request(await server.connect(), join)).toMatchObject({
      seq: 5,
      events: [],
      more: false,
      recovered: true,
    });
  });

  it('returns the events after `after` exactly as they were pushed', async () => {
    const { server } = fixture();
    const [aki, ben] = [await server.connectTo('tea'), await server.connectTo('tea')];
    await appendFiveEvents(server, aki);
    const pushed = server.drainPushed(ben);
    const types = ['message', 'edited', 'reaction', 'reaction', 'deleted'];
    expect(pushed.map(({ type }) => type)).toEqual(types);
    const late = await server.connect();
    for (let after = 0; after <= 5; after += 1) {
      const ack = await server.request(late, { ...join, after });
      expect(ack['events']).toEqual(pushed.slice(after));
      expect(ack).toMatchObject({ seq: 5, more: false, recovered: true });
    }
  });

  it('returns the newest seq to a client that claims a higher one', async () => {
    const { server } = fixture();
    const aki = await server.connectTo('tea');
    await server.request(aki, hello);
    const ack = await server.request(aki, { ...join, after: 7 });
    expect(ack).toMatchObject({ seq: 1, events: [], more: false });
  });

  it('pages by the last seq, without a gap or a repetition', async () => {
    const { server } = fixture();
    const event = { type: 'edited', target: 1, message: 'x' } as const;
    for (let number = 0; number < 230; number += 1) {
      if (number % 3 === 1) await server.store.eventLog.append('tea', author, event);
      else await server.seedMessages('tea', author, 1);
    }
    const pages = await readPagesAfter(server, await server.connect(), 0);
    expect(pages.map(({ events, more, seq }) => [events.length, more, seq])).toEqual([
      [100, true, 230],
      [100, true, 230],
      [30, false, 230],
    ]);
    const seqs = pages.flatMap(({ events }) => events.map((each: Frame) => each['seq']));
    expect(seqs).toEqual(Array.from({ length: 230 }, (_, index) => index + 1));
  });

  it('returns `more` as false if exactly one page remains', async () => {
    const { server } = fixture();
    await server.seedMessages('tea', author, 101);
    const aki = await server.connect();
    expect((await readPagesAfter(server, aki, 1)).map(({ events }) => events.length)).toEqual([
      100,
    ]);
    expect((await readPagesAfter(server, aki, 0)).map(({ events }) => events.length)).toEqual([
      100, 1,
    ]);
  });

  it('changes and announces nothing if the connection is a member already', async () => {
    const { server } = fixture();
    const [aki, ben] = [await server.connectTo('tea'), await server.connectTo('tea')];
    await server.request(ben, hello);
    server.clearPushed();
    expect(await server.request(aki, { ...join, after: 0 })).toMatchObject({
      events: [{ seq: 1 }],
    });
    expect(await server.request(aki, join)).toMatchObject({ seq: 1 });
    expect(server.drainPushed(ben)).toEqual([]);
    await server.request(ben, hello);
    expect(server.drainPushed(aki)).toHaveLength(1);
  });

  it('returns `recovered` as false if the log no longer reaches back to `after`', async () => {
    const { table } = fixture();
    let now = Date.UTC(2026, 10, 22);
    const server = new StrictTestServer(table, { now: () => now });
    await appendFiveEvents(server, await server.connectTo('tea'));
    now += 91 * 24 * 3600_000;
    const late = await server.connect();
    const missed = { seq: 5, events: [], more: false, recovered: false };
    expect(await server.request(late, { ...join, after: 0 })).toMatchObject(missed);
    const nothing = { ...missed, recovered: true };
    expect(await server.request(late, { ...join, after: 5 })).toMatchObject(nothing);
  });
});
