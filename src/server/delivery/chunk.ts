import type { Event } from '../../../schemas/index.ts';
import type { Recipient } from '../store/members.ts';

/**
 * The event and recipients that one invocation delivers for another. It has all that this needs, so the
 * other one reads nothing twice. No client can forge a chunk: each event of API Gateway has a
 * `requestContext`.
 */
export interface Chunk {
  readonly event: Event;
  readonly recipients: readonly RecipientTuple[];
}

/** A recipient in few bytes. */
type RecipientTuple = readonly [userId: string, connectionId: string, connectedAt: number];

/** A chunk to enqueue. */
export interface EncodedChunk {
  /** The chunk in JSON. */
  readonly text: string;
  readonly recipients: readonly Recipient[];
}

/**
 * Lambda accepts 256 KB for an asynchronous event. The dead-letter queue has the same limit, for the event
 * and its metadata. The recipient that exceeds this number of bytes is the last one of its chunk.
 */
const maxChunkBytes = 240_000;

/** Splits the recipients of an event, given in JSON, into chunks of up to `size` recipients. */
export async function* splitIntoChunks(
  event: string,
  pages: AsyncIterable<readonly Recipient[]>,
  size: number,
): AsyncGenerator<EncodedChunk, void, undefined> {
  let builder = new ChunkBuilder(event);
  for await (const page of pages) {
    for (const recipient of page) {
      builder.add(recipient);
      if (builder.recipients.length < size && builder.bytes <= maxChunkBytes) continue;
      yield builder;
      builder = new ChunkBuilder(event);
    }
  }
  if (builder.recipients.length > 0) yield builder;
}

/** A chunk that grows by one recipient at a time. */
class ChunkBuilder implements EncodedChunk {
  readonly recipients: Recipient[] = [];
  bytes: number;
  readonly #event: string;
  readonly #entries: string[] = [];

  constructor(event: string) {
    this.#event = event;
    this.bytes = Buffer.byteLength(event);
  }

  add(recipient: Recipient): void {
    const { userId, connectionId, connectedAt } = recipient;
    const entry = JSON.stringify([userId, connectionId, connectedAt] satisfies RecipientTuple);
    this.bytes += Buffer.byteLength(entry) + 1;
    this.#entries.push(entry);
    this.recipients.push(recipient);
  }

  get text(): string {
    return `{"event":${this.#event},"recipients":[${this.#entries.join()}]}`;
  }
}

/** Decodes the recipients of a chunk. */
export function decodeRecipients({ event, recipients }: Chunk): Recipient[] {
  return recipients.map(([userId, connectionId, connectedAt]) => ({
    room: event.room,
    userId,
    connectionId,
    connectedAt,
  }));
}
