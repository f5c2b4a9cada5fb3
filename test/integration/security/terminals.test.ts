import type { PostToConnection } from '../../../src/server/delivery/post-to-connection.ts';
import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { createGatewayEvent, TestServer } from '../../helpers/test-server.ts';

let table: TestTable;

beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());

/** What a terminal would obey: it clears the screen, and writes in red from there on. */
const message = 'a\u009b2J\u009b31mb\u007f\u0085\u001b[1m';
const controlCharacter = /\p{Cc}/u;

describe('control characters in a text', () => {
  it.each([
    ['pushed', 500],
    ['handed over', 1],
  ])(
    'go out escaped, %s, acked and read again, and are the same text',
    async (_how, fanoutThreshold) => {
      const frames: string[] = [];
      const postToConnection: PostToConnection = async (_id, { bytes }) => {
        frames.push(Buffer.from(bytes).toString());
        return 'delivered';
      };
      const server = new TestServer(table, { delivery: { postToConnection }, fanoutThreshold });
      const [aki] = [await server.connect(), await server.connect(), await server.connect()];
      const ask = async (frame: object) => {
        const body = JSON.stringify(frame);
        const event = { ...createGatewayEvent('MESSAGE', JSON.parse(body).action, aki), body };
        frames.push((await server.invoke(event)).body ?? '');
      };
      await ask({ action: 'sendmessage', message, id: 'a1' });
      await ask({ action: 'history' });
      await ask({ action: 'joinroom', room: 'lobby', after: 0 });
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
