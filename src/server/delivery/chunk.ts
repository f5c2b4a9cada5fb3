import type { Event } from '../../../schemas/index.ts';
import type { Recipient } from '../store/members.ts';

/**
 * What one invocation delivers for another. It bears all that this takes, so that nothing is read
 * twice. What comes from the gateway has a `requestContext`: no client can make up one of these.
 */
export interface Chunk {
  readonly event: Event;
  readonly recipients: readonly RecipientTuple[];
}

/** A recipient in few bytes. */
type RecipientTuple = readonly [userId: string, connectionId: string, connectedAt: number];

/** A chunk on its way out. */
export interface EncodedChunk {
  /** The chunk in JSON. */
  readonly text: string;
  readonly recipients: readonly Recipient[];
}

/**
 * Lambda takes 256 KB of an asynchronous event, and so does a queue of what it puts there when the event
 * fails, with its own words around it. A chunk is closed by the recipient that exceeds this.
 */
const maxChunkBytes = 240_000;

/** Cuts the recipients of an event, given in JSON, into chunks of so many at most, as they come. */
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

/** Who is in a chunk. */
export function decodeRecipients({ event, recipients }: Chunk): Recipient[] {
  return recipients.map(([userId, connectionId, connectedAt]) => ({
    room: event.room,
    userId,
    connectionId,
    connectedAt,
  }));
}
