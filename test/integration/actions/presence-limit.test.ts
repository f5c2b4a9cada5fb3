import { akisKey, describeAction, withoutMembers } from '../../helpers/describe-action.ts';
import { StrictTestServer } from '../../helpers/strict-test-server.ts';

describeAction('presenceLimit', withoutMembers, (fixture) => {
  it('announces up to this number of members, and none in a larger room', async () => {
    const { table } = fixture();
    const server = new StrictTestServer(table, { presenceLimit: 3 });
    const ben = await server.connectTo('tea');
    const others = [await server.connectTo('tea'), await server.connectTo('tea')];
    expect(drainTypes(server, ben)).toEqual(['joined', 'joined']);
    others.push(await server.connectTo('tea'), await server.connectTo('tea'));
    expect(drainTypes(server, ben)).toEqual([]);
    for (const id of others) await server.disconnect(id);
    // After the first of five members has left, four remain, which is still above the limit.
    expect(drainTypes(server, ben)).toEqual(['left', 'left', 'left']);
  });

  it('counts users, not connections', async () => {
    const { table } = fixture();
    const server = new StrictTestServer(table, { presenceLimit: 2 });
    const ben = await server.connectTo('tea', { key: akisKey });
    for (let more = 0; more < 5; more += 1) await server.connectTo('tea', { key: akisKey });
    await server.connectTo('tea');
    expect(drainTypes(server, ben)).toEqual(['joined']);
  });

  it('announces no member if it is 0', async () => {
    const { table } = fixture();
    const server = new StrictTestServer(table, { presenceLimit: 0 });
    const [ben, aki] = [await server.connectTo('tea'), await server.connectTo('tea')];
    await server.disconnect(aki);
    expect(drainTypes(server, ben)).toEqual([]);
  });
});

/** Returns the types of the frames that a connection received since the last call. */
const drainTypes = (server: StrictTestServer, id: string) =>
  server.drainPushed(id).map(({ type }) => type);
