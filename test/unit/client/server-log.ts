import type { FakeServer } from '../../helpers/fakes/fake-server.ts';

/** Returns the whole numbers from `from` to `to`. */
export const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** Writes events into the log without pushing them. */
export function writeEvents(server: FakeServer, count: number): void {
  for (let index = 0; index < count; index += 1) server.write();
}

/** Pushes events of the log to the members of the room, in the order of these numbers. */
export function pushEvents(server: FakeServer, ...seqs: number[]): void {
  const events = new Map(server.log().map((event) => [event.seq, event]));
  for (const event of seqs.map((seq) => events.get(seq))) if (event) server.push(event);
}

/** Returns the `after` of each request that read the log. */
export const requestedAfter = (server: FakeServer) =>
  server.requests('joinroom').map(({ after }) => after);

/** Returns the texts of the messages in the log, and the types of its other events. */
export const storedTexts = (server: FakeServer, room?: string) =>
  server.log(room).map((event) => (event.type === 'message' ? event.message : event.type));

/** Returns the ids of the sends that reached the server, retries included. */
export const sentIds = (server: FakeServer) => server.requests('sendmessage').map(({ id }) => id);
