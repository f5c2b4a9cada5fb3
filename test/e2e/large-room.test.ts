import { WebSocketClient } from '../helpers/client.ts';
import { Stack } from '../helpers/local-stack.ts';

jest.setTimeout(60_000);

let stack: Stack;

beforeAll(async () => {
  stack = await Stack.start(['fanoutThreshold=20']);
});
afterAll(() => stack.remove());

/** Waits for the end of a number of invocations. */
async function waitForInvocations(count: number): Promise<void> {
  for (let remaining = count; remaining > 0; remaining -= 1) await stack.waitForInvocation();
}

describe('sendmessage to 59 others with a fan-out threshold of 20', () => {
  it('is acked, and three more invocations deliver the message to each of them once', async () => {
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
    const nextFrames = others.map((client) => client.next());
    expect(await Promise.all(nextFrames)).toEqual(
      others.map(() => expect.objectContaining({ type: 'joined' })),
    );
    expect(clients.flatMap(({ bufferedFrames }) => bufferedFrames)).toEqual([]);
    await Promise.all(clients.map((client) => client.close()));
  });
});
