import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { type Frame, TestServer } from '../../helpers/test-server.ts';

let table: TestTable;

beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());

/** What API Gateway carries in one message. */
const gatewayLimit = 128 * 1024;

const bytes = (frame: Frame) => Buffer.byteLength(JSON.stringify(frame));

describe('pages of the longest messages', () => {
  it('fit into what the gateway carries, and miss nothing in any direction', async () => {
    const server = new TestServer(table);
    const aki = await server.connect();
    const room = 'long';
    await server.send(aki, { action: 'joinroom', room });
    for (let count = 0; count < 40; count += 1) {
      await server.send(aki, { action: 'sendmessage', room, message: '会'.repeat(4_096) });
    }
    const all = Array.from({ length: 40 }, (_, index) => index + 1);
    const seqs = (frames: Frame[]) => frames.map(({ seq }) => seq);

    const collect = async (ask: (last: number | undefined) => Promise<Frame>, list: string) => {
      const pages: number[][] = [];
      for (let more = true; more; ) {
        const ack = await ask(pages.at(-1)?.at(-1));
        expect(bytes(ack)).toBeLessThan(gatewayLimit);
        pages.push(seqs(ack[list]));
        more = ack['more'];
      }
      return pages.flat();
    };

    const join = (after = 0) => server.send(aki, { action: 'joinroom', room, after });
    const forth = (after = 0) => server.send(aki, { action: 'history', room, after, limit: 100 });
    expect(await collect(join, 'events')).toEqual(all);
    expect(await collect(forth, 'messages')).toEqual(all);

    const back: number[] = [];
    for (let before = 41, more = true; more; before = back[0] ?? 0) {
      const ack = await server.send(aki, { action: 'history', room, before, limit: 100 });
      expect(bytes(ack)).toBeLessThan(gatewayLimit);
      back.unshift(...seqs(ack['messages']));
      more = ack['more'];
    }
    expect(back).toEqual(all);
  });
});
