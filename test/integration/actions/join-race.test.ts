import { describeAction, withoutMembers } from '../../helpers/describe-action.ts';
import { interceptTable } from '../../helpers/fakes/faulty-dynamo.ts';
import { findRows } from '../../helpers/rows.ts';
import { StrictTestServer } from '../../helpers/strict-test-server.ts';

/** A request or an event of one connection, on a server. */
type Step = (server: StrictTestServer, id: string) => Promise<unknown>;

const joinRoom: Step = (server, id) => server.send(id, { action: 'joinroom', room: 'tea' });
/** Joins a room that the connection is in already, without an announcement so far. */
const joinLobby: Step = (server, id) => server.send(id, { action: 'joinroom', room: 'lobby' });
const disconnect: Step = (server, id) => server.disconnect(id);

describeAction('joinroom during $disconnect', withoutMembers, (fixture) => {
  /** Runs a step, and an interruption before its nth call of the table or after its last call. */
  async function interrupt(number: number, step: Step, interruption: Step) {
    const { server, table } = fixture();
    const id = await server.connect();
    let calls = 0;
    const interrupted = interceptTable(table, async (_call, proceed) => {
      calls += 1;
      if (calls === number) await interruption(server, id);
      return proceed();
    });
    const result = await step(new StrictTestServer(interrupted), id);
    if (calls < number) await interruption(server, id);
    return { result, calls, rows: await findRows(table, id) };
  }

  it('rejects the join as unauthenticated if the connection ends first', async () => {
    const { result } = await interrupt(2, joinRoom, disconnect);
    expect(result).toMatchObject({ code: 'unauthenticated', retryable: false });
  });

  it.each([
    ['joinroom', joinRoom, disconnect],
    ['joinroom of the lobby', joinLobby, disconnect],
    ['$disconnect', disconnect, joinRoom],
    ['$disconnect (by a join of the lobby)', disconnect, joinLobby],
  ])('leaves no row behind if the other step interrupts any call of %s', async (_, step, other) => {
    const left: string[] = [];
    let number = 0;
    let calls = 0;
    do {
      number += 1;
      const { rows, ...finished } = await interrupt(number, step, other);
      calls = finished.calls;
      left.push(...rows.map(({ pk, sk }) => `${pk} ${sk} for call ${number}`));
    } while (calls >= number);
    expect(left).toEqual([]);
  });
});
