import { asked, push } from './random-log.ts';
import { enter, listen, listening, numbers, pass, rig, useOwnTime } from './setup.ts';

useOwnTime();

describe('a number that the log does not have', () => {
  /** 1 and 3 were said, 2 was taken. */
  async function withHole() {
    const made = await listening();
    made.server.say();
    const missing = made.server.take();
    made.server.say();
    return { ...made, missing };
  }

  it('holds what comes after it for two seconds, no longer', async () => {
    const { events } = await withHole();
    await pass(1_990);
    expect(numbers(events)).toEqual([1]);
    await pass(20);
    expect(numbers(events)).toEqual([1, 3]);
  });

  it('lets the room be joined again below it, for its thirty seconds', async () => {
    const { server, room } = await withHole();
    await pass(3_000);
    expect(room.after).toBe(1);
    server.peer.close();
    await pass(1_000);
    expect(asked(server)).toEqual([undefined, 1, 1]);
  });

  it('is given out once where it still comes, marked late', async () => {
    const { server, room, events, missing } = await withHole();
    await pass(20_000);
    server.say({ seq: missing });
    push(server, missing);
    await pass(20_000);
    expect(numbers(events)).toEqual([1, 3, [2]]);
    expect(room.after).toBe(3);
  });

  it('is in its place where it comes in time', async () => {
    const { server, events, missing } = await withHole();
    await pass(1_000);
    server.say({ seq: missing });
    await pass(20_000);
    expect(numbers(events)).toEqual([1, 2, 3]);
  });

  it('is looked for once more when its time is over, and found, marked late', async () => {
    const { server, events, missing } = await withHole();
    await pass(15_000);
    server.write({ seq: missing });
    await pass(14_900);
    expect(asked(server)).toEqual([undefined, 1]);
    await pass(200);
    expect(asked(server)).toEqual([undefined, 1, 1]);
    expect(numbers(events)).toEqual([1, 3, [2]]);
  });

  it('is given up then, and nobody asks again', async () => {
    const { server, room, events, missing } = await withHole();
    await pass(31_000);
    expect(room.after).toBe(3);
    await pass(120_000);
    expect(asked(server)).toEqual([undefined, 1, 1]);
    server.say({ seq: missing });
    await pass(10);
    expect(numbers(events)).toEqual([1, 3]);
  });

  it('is found after a drop in which it was written', async () => {
    const { server, events, missing } = await withHole();
    await pass(3_000);
    server.peer.close();
    server.write({ seq: missing });
    server.write();
    await pass(1_000);
    expect(numbers(events)).toEqual([1, 3, [2], 4]);
  });

  it('is found after a night in which the machine slept', async () => {
    const { server, events, missing } = await withHole();
    await pass(1_000);
    server.write({ seq: missing });
    server.peer.isOpen = false;
    jest.setSystemTime(Date.now() + 8 * 3_600_000);
    server.always('joinroom', (frame, peer) =>
      peer.isOpen ? server.serve(frame, peer) : undefined,
    );
    await pass(60_000);
    expect(numbers(events).flat().toSorted()).toEqual([1, 2, 3]);
  });

  it('does not hold up the others for longer where there are many', async () => {
    const { server, events } = await listening();
    for (let one = 0; one < 20; one += 1) {
      server.take();
      server.say();
      await pass(100);
    }
    await pass(2_000);
    expect(numbers(events)).toEqual(Array.from({ length: 20 }, (_, index) => 2 * index + 2));
  });

  it('that was skipped long ago holds nothing up for one who reads it all', async () => {
    const made = rig();
    const hour = 3_600_000;
    for (let one = 0; one < 50; one += 1) {
      if (one % 7 === 3) made.server.take();
      made.server.write({ sentAt: new Date(Date.now() - hour * (50 - one)).toISOString() });
    }
    const events = listen(await enter(made.client, { after: 0 }));
    await pass(100);
    expect(events).toHaveLength(50);
    expect(asked(made.server)).toEqual([0]);
  });
});
