import { akisKey, describeAction, withTwoMembers } from '../../helpers/describe-action.ts';
import type { TableCall } from '../../helpers/fakes/faulty-dynamo.ts';
import { holdFirst } from '../../helpers/hold-first.ts';
import { StrictTestServer } from '../../helpers/strict-test-server.ts';

const room = 'tea';

/** Returns whether a call writes a subscription. */
const isSubscribing = ({ operation, sk }: TableCall) =>
  operation === 'PutItem' && sk.startsWith('SUB#');

describeAction('presence of a user with two connections at once', withTwoMembers, (fixture) => {
  /** Returns the presence events of the user that Ben has received, in order. */
  const drainTypes = () =>
    fixture()
      .server.drainPushed(fixture().ben)
      .map(({ type }) => type);

  /** Creates an instance that is slow. The other one records its deliveries, too. */
  function createSlowServer(table = fixture().table, wait: (type: string) => unknown = () => {}) {
    const { server } = fixture();
    return new StrictTestServer(table, {
      outcome: async (id, frame): Promise<'delivered'> => {
        await wait(frame['type']);
        server.pushedTo(id).push(frame);
        return 'delivered';
      },
    });
  }

  const getMembers = async () => {
    const { server, ben } = fixture();
    const { members } = await server.request(ben, { action: 'members', room });
    return members.map(({ name }: { name: string }) => name);
  };

  it('ends with `joined` if the old connection ends while the new one joins', async () => {
    const { table, server, aki } = fixture();
    const phone = await server.connect({ key: akisKey, name: 'Aki' });
    const held = holdFirst(
      table,
      ({ operation, sk }) => operation === 'Query' && sk > 'SUB#',
      'after',
    );
    const joining = createSlowServer(held.table).request(phone, { action: 'joinroom', room });
    await held.reached;
    await server.disconnect(aki);
    held.release();
    await joining;
    expect(await getMembers()).toContain('Aki');
    expect(drainTypes()).toEqual(['left', 'joined']);
  });

  it('ends with `joined` if the delivery of `left` is slower than a new join', async () => {
    const { server, aki } = fixture();
    const phone = await server.connect({ key: akisKey, name: 'Aki on a phone' });
    const posting = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    const slow = createSlowServer(undefined, (type) => {
      posting.resolve();
      return type === 'left' ? released.promise : undefined;
    });
    const leaving = slow.request(aki, { action: 'leaveroom', room });
    await posting.promise;
    await server.request(phone, { action: 'joinroom', room });
    released.resolve();
    await leaving;
    const names = server.pushedTo(fixture().ben).map(({ from }) => from.name);
    expect(names).toEqual(['Aki on a phone', 'Aki', 'Aki on a phone']);
    expect(drainTypes()).toEqual(['joined', 'left', 'joined']);
  });

  it('ends with `left` if the delivery of `joined` is slower than the end', async () => {
    const { server } = fixture();
    const cleo = await server.connect({ name: 'Cleo' });
    const posting = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    const slow = createSlowServer(undefined, (type) => {
      posting.resolve();
      return type === 'joined' ? released.promise : undefined;
    });
    const joining = slow.request(cleo, { action: 'joinroom', room });
    await posting.promise;
    await server.disconnect(cleo);
    released.resolve();
    await joining;
    expect(drainTypes()).toEqual(['left', 'joined', 'left']);
    expect(await getMembers()).not.toContain('Cleo');
  });

  it('announces `left` for a leave that relied on a join which failed', async () => {
    const { table, server, aki } = fixture();
    const phone = await server.connect({ key: akisKey, name: 'Aki' });
    // The phone ends before its subscription is written, and Aki leaves before the join finds that out.
    const write = holdFirst(table, isSubscribing);
    const read = holdFirst(write.table, ({ sk }) => hasEnded && sk === 'CONN');
    let hasEnded = false;
    const joining = createSlowServer(read.table).send(phone, { action: 'joinroom', room });
    await write.reached;
    await server.disconnect(phone);
    hasEnded = true;
    write.release();
    await read.reached;
    await server.request(aki, { action: 'leaveroom', room });
    expect(drainTypes()).toEqual([]);
    read.release();
    expect(await joining).toMatchObject({ code: 'unauthenticated' });
    expect(drainTypes()).toEqual(['left']);
  });

  it('announces `joined` if the other connection was away while this one joined', async () => {
    const { table, server, aki } = fixture();
    const phone = await server.connect({ key: akisKey, name: 'Aki' });
    const write = holdFirst(table, isSubscribing);
    const read = holdFirst(write.table, ({ sk }) => isAway && sk === 'CONN');
    let isAway = false;
    const joining = createSlowServer(read.table).request(phone, { action: 'joinroom', room });
    await write.reached;
    await server.request(aki, { action: 'leaveroom', room });
    isAway = true;
    write.release();
    await read.reached;
    await server.request(aki, { action: 'joinroom', room });
    read.release();
    await joining;
    expect(drainTypes()).toEqual(['left', 'joined']);
  });

  it('announces `left` for a leave that removes the subscription of a join in between', async () => {
    const { table, server, aki } = fixture();
    const isOfAki = ({ pk, sk }: TableCall) => pk === `CONN#${aki}` || sk.endsWith(`#${aki}`);
    const removal = holdFirst(table, (call) => call.operation === 'DeleteItem' && isOfAki(call));
    const change = holdFirst(
      removal.table,
      (call) => call.operation === 'UpdateItem' && isOfAki(call),
    );
    const leaving = createSlowServer(change.table).request(aki, { action: 'leaveroom', room });
    await removal.reached;
    await server.request(aki, { action: 'leaveroom', room });
    removal.release();
    await change.reached;
    await server.request(aki, { action: 'joinroom', room });
    change.release();
    await leaving;
    expect(drainTypes()).toEqual(['left', 'joined', 'left']);
    expect(await getMembers()).not.toContain('Aki');
  });
});
