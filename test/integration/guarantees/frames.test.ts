import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { type Frame, TestServer } from '../../helpers/test-server.ts';

let table: TestTable;

beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());

/** The largest message that API Gateway carries, in bytes. */
const maxGatewayBytes = 128 * 1024;

const countBytes = (frame: Frame) => Buffer.byteLength(JSON.stringify(frame));

describe('paging', () => {
  it('[SEC-045] fits the longest messages into frames, and misses none in any direction', async () => {
    const server = new TestServer(table);
    const aki = await server.connect();
    const room = 'long';
    await server.send(aki, { action: 'joinroom', room });
    for (let count = 0; count < 40; count += 1) {
      await server.send(aki, { action: 'sendmessage', room, message: '会'.repeat(4_096) });
    }
    const all = Array.from({ length: 40 }, (_, index) => index + 1);
    const seqs = (frames: Frame[]) => frames.map(({ seq }) => seq);

    const collect = async (read: (after: number | undefined) => Promise<Frame>, list: string) => {
      const pages: number[][] = [];
      for (let more = true; more; ) {
        const ack = await read(pages.at(-1)?.at(-1));
        expect(countBytes(ack)).toBeLessThan(maxGatewayBytes);
        pages.push(seqs(ack[list]));
        more = ack['more'];
      }
      return pages.flat();
    };

    const join = (after = 0) => server.send(aki, { action: 'joinroom', room, after });
    const readForward = (after = 0) =>
      server.send(aki, { action: 'history', room, after, limit: 100 });
    expect(await collect(join, 'events')).toEqual(all);
    expect(await collect(readForward, 'messages')).toEqual(all);

    const backward: number[] = [];
    for (let before = 41, more = true; more; before = backward[0] ?? 0) {
      const ack = await server.send(aki, { action: 'history', room, before, limit: 100 });
      expect(countBytes(ack)).toBeLessThan(maxGatewayBytes);
      backward.unshift(...seqs(ack['messages']));
      more = ack['more'];
    }
    expect(backward).toEqual(all);
  });
});
