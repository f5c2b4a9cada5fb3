import {
  type Chunk,
  decodeRecipients,
  type EncodedChunk,
  splitIntoChunks,
} from '../../../../src/server/delivery/chunk.ts';
import type { Recipient } from '../../../../src/server/store/members.ts';
import {
  createRecipient,
  createRecipients,
  typingEvent,
} from '../../../helpers/broadcast-harness.ts';

/** Splits pages into chunks. */
async function collectChunks(
  frame: string,
  pages: Recipient[][],
  size = 500,
): Promise<EncodedChunk[]> {
  const readPages = async function* () {
    yield* pages;
  };
  return Array.fromAsync(splitIntoChunks(frame, readPages(), size));
}

const frame = JSON.stringify(typingEvent);
const parseChunk = ({ text }: EncodedChunk): Chunk => JSON.parse(text);

/** The size that AWS documents as 256 KB. */
const maxEventBytes = 256 * 1024;

describe('splitIntoChunks', () => {
  it('encodes the event and its recipients in JSON', async () => {
    const [chunk, ...others] = await collectChunks(frame, [
      [createRecipient('a')],
      [],
      [createRecipient('b')],
    ]);
    expect(others).toEqual([]);
    expect(chunk && parseChunk(chunk).event).toEqual(typingEvent);
    expect(chunk && decodeRecipients(parseChunk(chunk))).toEqual([
      createRecipient('a'),
      createRecipient('b'),
    ]);
    expect(chunk?.recipients).toEqual([createRecipient('a'), createRecipient('b')]);
  });

  it.each([
    [0, []],
    [1, [1]],
    [10, [10]],
    [11, [10, 1]],
    [30, [10, 10, 10]],
  ])('splits %i recipients by ten into chunks of %j', async (count, sizes) => {
    const chunks = await collectChunks(frame, [createRecipients(count)], 10);
    expect(chunks.map((chunk) => parseChunk(chunk).recipients.length)).toEqual(sizes);
    expect(chunks.flatMap((chunk) => chunk.recipients)).toEqual(createRecipients(count));
  });

  it.each([
    ['letters', 'x', 500],
    ['kanji', '会', 289],
    ['quotes', '"', 391],
    ['characters that JSON escapes', '\u0001', 149],
  ])('keeps a chunk of user ids with 255 %s within Lambda’s limit', async (_name, letter, size) => {
    const userId = letter.repeat(255);
    const recipients = createRecipients(1_000).map((recipient) => ({ ...recipient, userId }));
    const longFrame = JSON.stringify({
      ...typingEvent,
      message: 'm'.repeat(30_000 - frame.length),
    });
    const chunks = await collectChunks(longFrame, [recipients]);
    expect(Math.max(...chunks.map(({ text }) => Buffer.byteLength(text)))).toBeLessThan(
      maxEventBytes,
    );
    expect(chunks[0]?.recipients.length).toBeGreaterThanOrEqual(size - 150);
    expect(chunks.flatMap((chunk) => decodeRecipients(parseChunk(chunk)))).toEqual(recipients);
  });
});
