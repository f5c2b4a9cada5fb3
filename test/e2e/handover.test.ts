import { WebSocketClient } from '../helpers/client.ts';
import { Stack } from '../helpers/local-stack.ts';

jest.setTimeout(60_000);

let stack: Stack;

beforeAll(async () => {
  stack = await Stack.start(['fanoutThreshold=20']);
});
afterAll(() => stack.remove());

/** Waits until so many more invocations have ended. */
async function waitForInvocations(count: number): Promise<void> {
  for (let left = count; left > 0; left -= 1) await stack.waitForInvocation();
}

describe('a message to 59 others where one invocation delivers to 20', () => {
  it('is acked, and pushed to each once by three more invocations of the function', async () => {
    const clients = await Promise.all(
      Array.from({ length: 60 }, () => WebSocketClient.open(stack.url)),
    );
    await waitForInvocations(60);
    const [sender, ...others] = clients;
    const say = { action: 'sendmessage', message: 'to all: お茶 "🍵"' };
    expect(await sender?.request(say)).toMatchObject({ type: 'ack', seq: 1 });
    const received = await Promise.all(others.map((client) => client.next()));
    await waitForInvocations(1 + 3);

    const { events } =
      (await sender?.request({ action: 'joinroom', room: 'lobby', after: 0 })) ?? {};
    expect(events).toMatchObject([{ type: 'message', seq: 1, message: say.message }]);
    expect(received).toEqual(others.map(() => events[0]));
    const told = others.map((client) => client.next());
    expect(await Promise.all(told)).toEqual(
      others.map(() => expect.objectContaining({ type: 'joined' })),
    );
    expect(clients.flatMap(({ bufferedFrames }) => bufferedFrames)).toEqual([]);
    await Promise.all(clients.map((client) => client.close()));
  });
});
