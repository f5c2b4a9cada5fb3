import type { PostToConnection } from '../../../src/server/delivery/post-to-connection.ts';
import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { createGatewayEvent, TestServer } from '../../helpers/test-server.ts';

let table: TestTable;

beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());

/** Text with control sequences: a terminal would clear its screen and write in red. */
const message = 'a\u009b2J\u009b31mb\u007f\u0085\u001b[1m';
const controlCharacter = /\p{Cc}/u;

describe('a message', () => {
  it.each([
    ['delivered directly', 500],
    ['enqueued in a chunk', 1],
  ])(
    '[SEC-050] has its control characters escaped in every frame, and keeps its text, when %s',
    async (_path, fanoutThreshold) => {
      const frames: string[] = [];
      const postToConnection: PostToConnection = async (_id, { bytes }) => {
        frames.push(Buffer.from(bytes).toString());
        return 'delivered';
      };
      const server = new TestServer(table, { delivery: { postToConnection }, fanoutThreshold });
      const aki = await server.connect();
      for (let count = 0; count < 2; count += 1) await server.connect();
      const request = async (frame: object) => {
        const body = JSON.stringify(frame);
        const event = { ...createGatewayEvent('MESSAGE', JSON.parse(body).action, aki), body };
        frames.push((await server.invoke(event)).body ?? '');
      };
      await request({ action: 'sendmessage', message, id: 'a1' });
      await request({ action: 'history' });
      await request({ action: 'joinroom', room: 'lobby', after: 0 });
      await server.waitForChunks();
      expect(frames.filter((frame) => controlCharacter.test(frame))).toEqual([]);
      const texts = frames
        .map((frame) => JSON.parse(frame))
        .flatMap((frame) => [frame, ...(frame.messages ?? frame.events ?? [])])
        .flatMap((frame) => frame.message ?? []);
      expect(texts.length).toBeGreaterThan(3);
      expect(new Set(texts)).toEqual(new Set([message]));
    },
  );
});
